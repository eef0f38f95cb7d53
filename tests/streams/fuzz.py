"""`make fuzz [MINUTES=10] [FORMAT=] [MODE=] [SEED=]`: fresh streams for as long as asked.

Not collected by itself: pytest gets it by name. With SEED that seed alone is run, once a combination.
"""

from __future__ import annotations

import os
import random
import shutil
import time
from collections.abc import Iterator
from pathlib import Path

from pyspark.sql import SparkSession

from tests.streams.modes import combinations
from tests.streams.proof import prove

STREAMS = 200


def chosen() -> list[tuple[str, str]]:
    """FORMAT and MODE may name several, with spaces."""
    wanted = [os.environ.get(name, "").split() for name in ("FORMAT", "MODE")]
    found = [
        pair for pair in combinations() if all(p in w or not w for p, w in zip(pair, wanted, strict=True))
    ]
    assert found, f"no such combination; there are {', '.join('/'.join(pair) for pair in combinations())}"
    return found


def rounds() -> Iterator[tuple[int, str, str]]:
    """(seed, format, mode): all combinations, again and again, until the time is over."""
    if seed := os.environ.get("SEED"):
        yield from ((int(seed), *pair) for pair in chosen())
        return
    end = time.monotonic() + 60 * float(os.environ.get("MINUTES") or 10)
    chance = random.SystemRandom()
    pairs = chosen()
    while True:
        for pair in chance.sample(pairs, len(pairs)):
            if time.monotonic() > end:
                return
            yield (chance.randrange(1_000_000_000), *pair)


def test_fuzz(spark: SparkSession, tmp_path: Path) -> None:
    streams, failures = 0, []
    for seed, kind, mode in rounds():
        began = time.monotonic()
        wrong = prove(spark, tmp_path / str(seed), kind, mode, count=STREAMS, seed=seed)
        streams += STREAMS
        failures += [wrong] if wrong else []
        seconds = time.monotonic() - began
        print(
            f"{kind:8} {mode:21} seed {seed:9} {seconds:5.1f} s {'FAILED' if wrong else 'ok'}",
            flush=True,
        )
        if wrong:
            print(f"{wrong}\nagain: make fuzz FORMAT={kind} MODE={mode} SEED={seed}", flush=True)
        shutil.rmtree(tmp_path / str(seed))
    print(f"{streams} streams, {len(failures)} failures")
    assert not failures
