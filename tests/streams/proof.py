"""One proof: fresh streams of a mode through a table of a format."""

from __future__ import annotations

from pathlib import Path
from random import Random

from pyspark.sql import SparkSession

from tests.streams.delivery import batches
from tests.streams.drafts import Stream, draw, redelivered, usable
from tests.streams.modes import MODES, Mode
from tests.streams.play import by_stream, play
from tests.streams.shrink import Trial, smallest
from tests.streams.table import RunFailed, Table

TWIN = 100_000  # a stream's number and its twin's differ by that


def streams_of(mode: Mode, count: int, seed: int) -> dict[int, Stream]:
    """`count` streams. Where any delivery must end in the same table, each has a twin in which its
    usable events come in another way."""
    streams = dict(enumerate(draw(mode.streams, count, seed)))
    if not mode.has_law:
        return streams
    half = {number: stream for number, stream in streams.items() if number % 2}
    usables = {number: usable(stream) for number, stream in half.items()}
    chance = Random(seed)
    twins = {TWIN + number: redelivered(stream, chance) for number, stream in usables.items()}
    return streams | usables | twins


def prove(spark: SparkSession, root: Path, kind: str, mode_name: str, *, count: int, seed: int) -> str:
    """Empty, or what is wrong: the smallest stream that was found to fail, and how. `root`: an empty
    folder."""
    mode = MODES[mode_name]
    streams = streams_of(mode, count, seed)
    table = Table(spark, root / "all", kind, mode)
    title = f"{kind} {mode_name}, seed {seed}"
    try:
        wrong = play(table, mode, batches(streams, by_batch=mode.by_batch))
    except RunFailed as error:
        return f"{title}: {error}"
    if not wrong:
        return _twins_differ(table, mode, title)
    text = f"{title}: {len(wrong)} of {len(streams)} streams. {wrong[0]}"
    if wrong[0].stream is None:
        return text
    trial = Trial(spark, root, kind, mode)
    return f"{text}\n\nthe smallest that fails:\n{smallest(trial, streams[wrong[0].stream]) or wrong[0]}"


def _twins_differ(table: Table, mode: Mode, title: str) -> str:
    if not mode.has_law:
        return ""
    found = by_stream(table.rows(), mode.stored)
    for number in sorted({number % TWIN for number in found if number % 2}):
        twin = [(number, *row[1:]) for row in found[number + TWIN]]
        if found[number] != sorted(twin, key=repr):
            return f"{title}: stream {number} delivered otherwise\n  {found[number]}\n  {twin}"
    return ""
