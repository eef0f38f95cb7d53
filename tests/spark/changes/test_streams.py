"""Any batching, order and repetition of an event stream ends in the table of a plain dict.

Many independent streams share one DataFrame (the stream's number is part of the key), so that a few
Spark runs prove hundreds of streams. The oracle knows nothing of tombstones, sequences or merges: it
applies the good events of a stream to a dict, one after another, in the order of their positions.
"""

from __future__ import annotations

import random
from collections import defaultdict
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any

import pytest
from hypothesis import strategies as st
from pyspark.sql import Row, SparkSession

from etl_core.changes.operations import with_delete, with_event_errors
from etl_core.changes.order import sequence
from etl_core.changes.resolve import Counts, account, quarantined, resolve, winners
from etl_core.changes.tombstones import suppress, tombstones_of
from etl_core.config.models.target import Target
from etl_core.names import DELETE, ERRORS, ERRORS_TYPE, SEQ
from tests.spark.changes.counted import counted
from tests.streams.drafts import draw

STREAMS = 100
BATCHES = 4
KEYS = ("stream", "k")
TARGET = Target(mode="cdc", keys=KEYS, sequence_by=("ts",), operation_column="Op")
AT = datetime(2026, 11, 1, tzinfo=UTC)
EVENT_DDL = (
    "stream int, k int, ts int, Op string, v int, "
    f"_strata_source_file string, _strata_row bigint, {ERRORS} {ERRORS_TYPE}"
)
TOMBSTONE_DDL = "stream int, k int, _strata_seq struct<k1:bigint,file:string,row:bigint>"


@dataclass(frozen=True)
class Event:
    position: int  # file and row: unique in the stream
    k: int | None
    ts: int | None
    op: str | None
    broken: bool

    @property
    def bad(self) -> bool:
        return self.broken or self.k is None or self.ts is None or self.op not in (None, "I", "U", "D")

    @property
    def order(self) -> tuple[int, int]:
        return (-1 if self.ts is None else self.ts, self.position)

    def row(self, stream: int) -> tuple[Any, ...]:
        errors = [("v", "x", "is no int")] if self.broken else None
        file, row = f"2026-{self.position // 4:02d}.csv", self.position % 4
        return (stream, self.k, self.ts, self.op, self.position, file, row, errors)


Batches = list[list[Event]]
rarely = st.integers(0, 9).map(lambda n: n == 0)
event = st.tuples(
    st.sampled_from([1, 1, 2, 2, 3, 3, None]),
    st.sampled_from([0, 1, 1, 2, 2, 3, 4, 5, None]),
    st.sampled_from([None, "I", "I", "U", "U", "U", "D", "D", "D", "X"]),
    rarely,
    st.integers(0, BATCHES - 1),  # delivered in this batch
    st.integers(0, 2 * BATCHES),  # and again in this one, if there is one
)


def batched(drawn: list[tuple[Any, ...]]) -> Batches:
    batches: Batches = [[] for _ in range(BATCHES)]
    for position, (k, ts, op, broken, first, again) in enumerate(drawn):
        made = Event(position, k, ts, op, broken)
        batches[first].append(made)
        if again < BATCHES and again != first:
            batches[again].append(made)
    return batches


def usable(batch: list[Event]) -> list[Event]:
    """Good events but those whose key has a bad event, in this batch, after all its good ones."""
    newest: dict[int | None, Event] = {}
    for made in batch:
        if made.k not in newest or made.order > newest[made.k].order:
            newest[made.k] = made
    return [made for made in batch if not made.bad and not newest[made.k].bad]


def expected(batches: Batches) -> dict[Any, int]:
    table: dict[Any, int] = {}
    good = {made.position: made for batch in batches for made in usable(batch)}
    for made in sorted(good.values(), key=lambda made: made.order):
        if made.op == "D":
            table.pop(made.k, None)
        else:
            table[made.k] = made.position
    return table


@dataclass
class Simulated:
    """What a sink keeps: rows with their sequence, and the append-only tombstones."""

    rows: dict[tuple[int, int], tuple[Any, int]] = field(default_factory=dict)
    tombstones: list[Row] = field(default_factory=list)

    def merge(self, changes: list[Row]) -> None:
        for change in changes:
            key, seq = (change["stream"], change["k"]), tuple(change[SEQ])
            if key in self.rows and not seq > self.rows[key][0]:
                continue
            if change[DELETE]:
                self.rows.pop(key, None)
            else:
                self.rows[key] = (seq, change["v"])


def apply(spark: SparkSession, target: Simulated, rows: list[tuple[Any, ...]]) -> int:
    """One batch through `changes`, as a run does it. Returns rows quarantined."""
    raw = spark.createDataFrame(rows, EVENT_DDL)
    events = with_delete(with_event_errors(raw, TARGET), TARGET)
    events = events.withColumn(SEQ, sequence(events, TARGET.sequence_by)).coalesce(2)
    held = spark.createDataFrame([tuple(row)[:3] for row in target.tombstones], TOMBSTONE_DDL)
    resolved = suppress(resolve(events, KEYS), held, KEYS).persist()
    seen = Counts.of(counted(resolved, account(resolved)))
    rejected = quarantined(events, resolved, KEYS).count()
    assert seen.read == len(rows)
    assert seen.read == seen.upserts + seen.deletes + seen.superseded + seen.late + seen.quarantined
    assert seen.quarantined == rejected
    assert seen.ties == 0
    changes = winners(resolved).collect()
    assert len(changes) == seen.upserts + seen.deletes
    tombstones = tombstones_of(resolved, KEYS, "r1", AT).collect()
    assert len(tombstones) == seen.deletes
    target.merge(changes)
    target.tombstones += tombstones
    resolved.unpersist()
    return rejected


@pytest.mark.parametrize("seed", [1, 2])
def test_every_delivery_of_a_stream_ends_in_the_same_table(spark: SparkSession, seed: int) -> None:
    streams = draw(st.lists(event, max_size=9).map(batched), STREAMS, seed)
    target = Simulated()
    for number in range(BATCHES):
        delivered = [(stream, made) for stream, batches in enumerate(streams) for made in batches[number]]
        random.Random(seed).shuffle(delivered)
        rejected = apply(spark, target, [made.row(stream) for stream, made in delivered])
        assert rejected == sum(len(s[number]) - len(usable(s[number])) for s in streams)
    found: dict[int, dict[Any, int]] = defaultdict(dict)
    for (stream, key), (_, value) in target.rows.items():
        found[stream][key] = value
    wrong = [n for n, batches in enumerate(streams) if found[n] != expected(batches)]
    assert not wrong, f"{streams[wrong[0]]}\nexpected {expected(streams[wrong[0]])}\ngot {found[wrong[0]]}"
