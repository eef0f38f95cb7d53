"""Extracts, applied one by one and read again, end in the table that their contents make at once.

Many independent streams share one DataFrame (the stream's number is part of the key), so that a few
Spark jobs prove hundreds of streams.
"""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest
from hypothesis import strategies as st
from pyspark.sql import DataFrame, Row, SparkSession

from etl_core.changes.resolve import BAD as BAD_MARK
from etl_core.changes.snapshot import ACCOUNT, CHANGE, GONE, NEW, Counts, differences, unreadable
from etl_core.changes.snapshot_history import interval_differences
from etl_core.config.models.target import Target
from etl_core.names import DELETE, ERRORS, ERRORS_TYPE, PROBLEM, SEQ, VALID_FROM
from tests.oracles.extracts import BAD, Extracts
from tests.oracles.history import Interval
from tests.spark.changes.counted import counted
from tests.streams.drafts import draw

STREAMS = 120
# The third is read again; days, so that an event time between two extracts is another day.
TIMES = [datetime(2026, 5, day, tzinfo=UTC) for day in (3, 6, 9, 9, 12)]
KEYS = ("stream", "k")
SEQ_TYPE = "struct<extract:timestamp,file:string,row:bigint>"

Line = tuple[str | None, int, int] | str
LINE: st.SearchStrategy[Line] = st.one_of(
    st.tuples(st.sampled_from(["a", "a", "b", None]), st.integers(0, 2), st.integers(-4, 1)),
    st.tuples(st.sampled_from(["a", "b"]), st.just(0), st.integers(-4, 1)),
    st.just(BAD),
)
EXTRACT = st.dictionaries(st.integers(1, 3), LINE, max_size=3)
STREAM = st.lists(EXTRACT, min_size=len(TIMES), max_size=len(TIMES))


@dataclass(frozen=True)
class Variant:
    """`time`: Spark's type of the column `at`, whose values are days around the extract's."""

    target: Target
    time: str = "timestamp"

    @property
    def scd2(self) -> bool:
        return self.target.history == "scd2"

    def moment(self, at: datetime) -> Any:
        return at.date() if self.time == "date" else at.astimezone().replace(tzinfo=None)  # as Spark collects

    def row(self, line: tuple[str | None, int, int], at: datetime) -> dict[str, Any]:
        city, note, days = line
        own = (
            at + timedelta(days=min(days, 0)) if self.target.event_time is None else at + timedelta(days=days)
        )
        return {"city": city, "note": note, "at": self.moment(own if self.time != "date" else at)}


def target(**settings: Any) -> Target:
    return Target(mode="snapshot", keys=KEYS, **settings)


VARIANTS = {
    "scd1": Variant(target()),
    "soft": Variant(target(deletes="soft")),
    "scd2": Variant(target(history="scd2", track=("city",))),
    "event time": Variant(target(history="scd2", track_except=("note",), effective_at="at")),
    "date": Variant(target(history="scd2", track=("city",), effective_at="at"), "date"),
}


@dataclass
class Simulated:
    """What a sink holds."""

    variant: Variant
    schema: Any = None
    rows: dict[tuple[Any, ...], Row] = field(default_factory=dict)

    def apply(self, spark: SparkSession, extracts: list[dict[int, Line]], at: datetime) -> None:
        held = spark.createDataFrame(list(self.rows.values()), self.schema) if self.rows else None
        make = interval_differences if self.variant.scd2 else differences
        found = make(self._extract(spark, extracts, at), held, self.variant.target, at).localCheckpoint()
        seen, changed = Counts.of(counted(found, ACCOUNT)), found.collect()
        self.schema = found.drop(DELETE, CHANGE).schema
        assert (seen.new, seen.gone) == tuple(
            [row[CHANGE] for row in changed].count(kind) for kind in (NEW, GONE)
        )
        for row in changed:
            key = (row["stream"], row["k"], *([row[VALID_FROM]] if self.variant.scd2 else []))
            assert not row[DELETE] or key in self.rows
            kept = Row(**{name: row[name] for name in self.schema.names})
            assert row[DELETE] or self.rows.get(key) != kept, "written without a difference"
            self.rows.pop(key, None) if row[DELETE] else self.rows.__setitem__(key, kept)

    def _extract(self, spark: SparkSession, extracts: list[dict[int, Line]], at: datetime) -> DataFrame:
        """As `resolve` leaves it: one row a key, bad ones marked."""
        columns = f"stream int, k int, city string, note int, at {self.variant.time}, {SEQ} {SEQ_TYPE}"
        rows = []
        for stream, extract in enumerate(extracts):
            for k, line in extract.items():
                data = {"city": "broken", "note": None, "at": None}
                data |= {} if isinstance(line, str) else self.variant.row(line, at)
                rows.append((stream, k, *data.values(), (at, "f.csv", k), isinstance(line, str)))
        return spark.createDataFrame(rows, f"{columns}, {BAD_MARK} boolean")

    def found(self) -> dict[int, Any]:
        if self.variant.scd2:
            return self._intervals()
        live: dict[int, Any] = defaultdict(dict)
        for row in self.rows.values():
            if self.variant.target.deletes == "hard" or not row["is_deleted"]:
                live[row["stream"]][row["k"]] = {name: row[name] for name in ("city", "note", "at")}
        return live

    def _intervals(self) -> dict[int, set[Interval]]:
        found: dict[int, set[Interval]] = defaultdict(set)
        for row in self.rows.values():
            assert row["is_current"] == (row["valid_to"] is None)
            data = tuple(sorted((name, row[name]) for name in ("city", "note", "at")))
            found[row["stream"]].add(Interval(row["k"], row["valid_from"], row["valid_to"], data))
        return found


@pytest.mark.parametrize("name", VARIANTS)
def test_extracts_end_in_one_table(spark: SparkSession, name: str) -> None:
    variant = VARIANTS[name]
    streams: list[list[dict[int, Line]]] = draw(STREAM, STREAMS, seed=len(name))
    table = Simulated(variant)
    tracked, event_time = ("city",), variant.target.event_time or ""
    oracles = [Extracts(tracked, event_time) for _ in streams]
    for number, at in enumerate(TIMES):
        table.apply(spark, [stream[number] for stream in streams], at)
        found = table.found()
        for stream, oracle in enumerate(oracles):
            rows = {
                k: line if isinstance(line, str) else variant.row(line, at)
                for k, line in streams[stream][number].items()
            }
            oracle.apply(variant.moment(at), rows)
            expected = oracle.history() if variant.scd2 else oracle.rows
            assert (found.get(stream) or type(expected)()) == expected, f"{streams[stream][: number + 1]}"


def test_a_day_has_one_state_however_many_extracts(spark: SparkSession) -> None:
    variant = VARIANTS["date"]
    table = Simulated(variant)
    for hour, line in ((1, ("a", 0, 0)), (25, ("b", 0, 0)), (30, ("c", 0, 0)), (40, ("a", 0, 0))):
        table.apply(spark, [{1: line}], datetime(2026, 5, 3, tzinfo=UTC) + timedelta(hours=hour))
    (only,) = table.found()[0]
    assert (only.since, only.until) == (date(2026, 5, 3), None)


def test_whose_key_is_not_known(spark: SparkSession) -> None:
    ddl = f"id int, {PROBLEM} string, {ERRORS} {ERRORS_TYPE}"
    rows = [
        (None, "torn", [(None, "1", "torn")]),
        (2, "torn", [(None, "2,", "torn")]),
        (None, None, [("id", "x3", "is no int")]),
        (None, None, [("id", None, "missing value")]),
        (None, None, None),
        (6, None, [("v", "x", "is no int")]),
    ]
    found = unreadable(spark.createDataFrame(rows, ddl), ("id",)).collect()
    assert [(row["id"], row[PROBLEM], row[ERRORS][0]["value"]) for row in found] == [
        (None, "torn", "1"),
        (None, None, "x3"),
    ]
