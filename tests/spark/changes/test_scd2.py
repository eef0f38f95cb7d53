"""Any permutation, batching and repetition of the events gives the history made from all of them at once.

Many independent streams share one DataFrame (the stream's number is part of the key), so that a few
Spark jobs prove hundreds of streams. The table and its memory are kept as a sink keeps them.
"""

from __future__ import annotations

import random
from collections import defaultdict
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from hypothesis import strategies as st
from pyspark.sql import DataFrame, Row, SparkSession

from etl_core.changes.scd2 import ACCOUNT, Counts, changes, memories, timeline
from etl_core.config.models.target import Target
from etl_core.names import DELETE, KIND, SEQ, VALID_FROM
from tests.oracles.history import Happening, Interval, history
from tests.spark.changes.counted import counted
from tests.streams.drafts import draw

STREAMS = 150
BATCHES = 3
AT = datetime(2026, 11, 1, tzinfo=UTC)
BEGIN = datetime(2026, 1, 1)
TARGET = Target(
    mode="cdc", history="scd2", keys=("stream", "k"), sequence_by=("at", "n"), track_except=("note",)
)
SEQ_DDL = f"{SEQ} struct<k1:timestamp,k2:bigint>"
DATA = "stream int, k int, at timestamp, n int, city string, note int"
EVENTS = f"{DATA}, valid_from timestamp, {SEQ_DDL}, {DELETE} boolean"
MEMORIES = f"{DATA}, valid_from timestamp, {SEQ_DDL}, {KIND} string"
HELD = f"{DATA}, valid_from timestamp, valid_to timestamp, is_current boolean, {SEQ_DDL}"
TRUNCATIONS = f"stream int, k int, valid_from timestamp, {SEQ_DDL}"


@dataclass(frozen=True)
class Event:
    n: int  # its number in the stream: unique, and the order of events at one time
    k: int | None  # None: all keys are deleted
    hour: int
    city: str | None
    delete: bool
    batches: tuple[int, ...]

    @property
    def at(self) -> datetime:
        return BEGIN + timedelta(hours=self.hour)

    def tuple(self, stream: int) -> tuple[Any, ...]:
        seq = (self.at, self.n)
        return (stream, self.k, self.at, self.n, self.city, self.n, self.at, seq, self.delete)

    def happening(self) -> Happening:
        row = None if self.delete or self.k is None else {"city": self.city, "note": self.n}
        return Happening(self.k, self.at, self.n, row)


DRAWN = st.tuples(
    st.sampled_from([1, 1, 1, 1, 1, 2, 2, 2, 2, None]),
    st.integers(0, 6),
    st.sampled_from(["a", "a", "b", None]),
    st.sampled_from([False, False, False, True]),
    st.lists(st.integers(0, BATCHES - 1), min_size=1, max_size=2, unique=True).map(tuple),
)
STREAM = st.lists(DRAWN, max_size=9).map(lambda drawn: [Event(n, *one) for n, one in enumerate(drawn)])


@dataclass
class Simulated:
    """What a sink and the side table hold."""

    rows: dict[tuple[Any, ...], Row] = field(default_factory=dict)
    memories: list[Row] = field(default_factory=list)
    truncations: set[tuple[int, datetime, tuple[Any, ...]]] = field(default_factory=set)

    def apply(self, spark: SparkSession, delivered: list[tuple[int, Event]]) -> None:
        events = [(stream, event) for stream, event in delivered if event.k is not None]
        self.truncations |= {(s, e.at, (e.at, e.n)) for s, e in delivered if e.k is None}
        batch = spark.createDataFrame([event.tuple(stream) for stream, event in events], EVENTS)
        touched = timeline(batch, *self._known(spark), TARGET).localCheckpoint()
        seen = Counts.of(counted(touched, ACCOUNT))
        known = {(*tuple(row[SEQ]), row["stream"]) for row in (*self.rows.values(), *self.memories)}
        fresh = {(s, e.k, e.at, e.n) for s, e in events if (e.at, e.n, s) not in known}
        assert seen.read == len(events)
        assert seen.written <= len(fresh)
        applied = changes(touched).collect()
        assert [row[DELETE] for row in applied].count(True) == seen.deletes
        assert len(applied) == seen.deletes + seen.upserts
        for row in applied:
            key = (row["stream"], row["k"], row[VALID_FROM])
            assert not row[DELETE] or key in self.rows
            self.rows.pop(key, None) if row[DELETE] else self.rows.__setitem__(key, row)
        remembered = memories(touched, "r1", AT).collect()
        assert len(remembered) == seen.remembered
        self.memories += remembered

    def _known(self, spark: SparkSession) -> tuple[DataFrame, DataFrame, DataFrame]:
        held = [tuple(row)[:10] for row in self.rows.values()]
        remembered = [tuple(row)[:9] for row in self.memories]  # without run and time
        keys = {(row["stream"], row["k"]) for row in (*self.rows.values(), *self.memories)}
        keys |= {(stream, k) for stream in range(STREAMS) for k in (1, 2)}
        truncations = [
            (s, k, at, seq) for s, at, seq in self.truncations for stream, k in keys if stream == s
        ]
        return (
            spark.createDataFrame(held, HELD),
            spark.createDataFrame(remembered, MEMORIES),
            spark.createDataFrame(truncations, TRUNCATIONS),
        )

    def intervals(self) -> dict[int, set[Interval]]:
        found: dict[int, set[Interval]] = defaultdict(set)
        for row in self.rows.values():
            assert row["is_current"] == (row["valid_to"] is None)
            data = (("city", row["city"]), ("note", row["note"]))
            found[row["stream"]].add(Interval(row["k"], row["valid_from"], row["valid_to"], data))
        return found


@pytest.mark.parametrize("seed", [1, 2])
def test_every_delivery_of_a_stream_gives_one_history(spark: SparkSession, seed: int) -> None:
    streams: list[list[Event]] = draw(STREAM, STREAMS, seed)
    target = Simulated()
    for number in range(BATCHES):
        sent = [(s, event) for s, events in enumerate(streams) for event in events if number in event.batches]
        random.Random(seed).shuffle(sent)
        target.apply(spark, sent)
        arrived = [[e for e in events if min(e.batches) <= number] for events in streams]
        found = target.intervals()
        for stream, events in enumerate(arrived):
            expected = history([event.happening() for event in events], ["city"])
            assert found[stream] == expected, f"{events}\nexpected {expected}\nfound {found[stream]}"


def test_what_is_known_already_changes_nothing(spark: SparkSession) -> None:
    events = [
        (0, Event(0, 1, 1, "a", False, ())),
        (0, Event(1, 1, 2, "a", False, ())),
        (0, Event(2, 2, 2, None, True, ())),
    ]
    target = Simulated()
    target.apply(spark, events)
    before = (dict(target.rows), list(target.memories))
    target.apply(spark, events)
    assert (target.rows, target.memories) == before
    assert len(target.memories) == 2
