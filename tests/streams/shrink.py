"""The smallest part of a failing stream that still fails: all candidates of a round share one table."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace
from itertools import count
from pathlib import Path

from pyspark.sql import SparkSession

from tests.streams.delivery import batches
from tests.streams.drafts import Event, Line, Stream
from tests.streams.modes import Mode
from tests.streams.play import Wrong, play
from tests.streams.table import Table

ROUNDS = 12


@dataclass
class Trial:
    """Where streams are tried, each round in a folder of its own below `root`."""

    spark: SparkSession
    root: Path
    kind: str
    mode: Mode

    def __post_init__(self) -> None:
        self._rounds = count()

    def failing(self, streams: dict[int, Stream]) -> list[Wrong]:
        table = Table(self.spark, self.root / f"round{next(self._rounds)}", self.kind, self.mode)
        return play(table, self.mode, batches(streams, by_batch=self.mode.by_batch))


def smallest(trial: Trial, stream: Stream) -> Wrong | None:
    """None: alone the stream does not fail."""
    best: Wrong | None = None
    for _ in range(ROUNDS):
        candidates = dict(enumerate([stream] if best is None else simpler(stream)))
        failed = [wrong for wrong in trial.failing(candidates) if wrong.stream is not None]
        if not failed:
            break
        best = min(failed, key=lambda wrong: len(wrong.sent))
        assert best.stream is not None
        stream = candidates[best.stream]
    return best


def simpler(stream: Stream) -> Iterator[Stream]:
    """Without one event; with one that comes once only, or has plainer values."""
    for index, one in enumerate(stream):
        rest = (stream[:index], stream[index + 1 :])
        yield (*rest[0], *rest[1])
        for plainer in _plainer(one):
            yield (*rest[0], plainer, *rest[1])  # type: ignore[arg-type]


def _plainer(one: Event | Line) -> Iterator[Event | Line]:
    if one.flaw:
        yield replace(one, flaw="")
    if one.b is not None:
        yield replace(one, b=None)
    if isinstance(one, Event) and len(one.batches) > 1:
        yield replace(one, batches=one.batches[:1])
        yield replace(one, batches=one.batches[1:])
