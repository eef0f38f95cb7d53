"""What one event means, what makes it unusable, and what it holds back."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from itertools import permutations
from typing import Any

import pytest
from pyspark.sql import DataFrame, SparkSession

from etl_core.changes.operations import delete_condition, with_delete, with_event_errors
from etl_core.changes.order import sequence
from etl_core.changes.resolve import HELD, Counts, account, quarantined, resolve, winners
from etl_core.changes.tombstones import kept, suppress, tombstones_of
from etl_core.config.models.target import Target
from etl_core.errors import TransformError
from etl_core.names import DELETE, ERRORS, ERRORS_TYPE, INGESTED_AT, RUN_ID, SEQ
from tests.spark.changes.counted import counted

CDC = Target(mode="cdc", keys=("id",), operation_column="Op")
DDL = f"id int, Op string, v string, _strata_source_file string, _strata_row bigint, {ERRORS} {ERRORS_TYPE}"
BROKEN = [("v", "x", "is no int")]
AT = datetime(2026, 11, 1, tzinfo=UTC)


def events(spark: SparkSession, rows: list[tuple[Any, ...]], target: Target = CDC) -> DataFrame:
    """(id, Op, v, row, broken) -> events of one file, ready to resolve."""
    made = [(k, op, v, "f.csv", row, BROKEN if broken else None) for k, op, v, row, broken in rows]
    df = with_delete(with_event_errors(spark.createDataFrame(made, DDL), target), target)
    return df.withColumn(SEQ, sequence(df, target.sequence_by))


def reasons(df: DataFrame) -> list[tuple[Any, ...]]:
    rows = df.orderBy("_strata_row").collect()
    return [(row["_strata_row"], [tuple(error) for error in row[ERRORS] or []]) for row in rows]


@pytest.mark.parametrize(
    ("target", "condition"),
    [
        (CDC, "`Op` = 'D'"),
        (Target(mode="cdc", delete_when="gone AND x > 1"), "gone AND x > 1"),
        (Target(mode="cdc"), None),
        (Target(mode="merge", operation_column="Op"), None),
    ],
)
def test_what_deletes(target: Target, condition: str | None) -> None:
    assert delete_condition(target) == condition


def test_a_null_condition_deletes_nothing(spark: SparkSession) -> None:
    df = with_delete(spark.createDataFrame([(1, None), (2, "D"), (3, "U")], "id int, Op string"), CDC)
    assert [row[DELETE] for row in df.orderBy("id").collect()] == [False, True, False]


def test_a_delete_condition_over_unknown_columns_is_named(spark: SparkSession) -> None:
    with pytest.raises(TransformError, match="deleted_flag"):
        with_delete(spark.range(1), Target(mode="cdc", delete_when="deleted_flag"))


def test_a_lost_operation_column_is_refused(spark: SparkSession) -> None:
    with pytest.raises(TransformError, match="no operation column 'Op'"):
        with_event_errors(spark.range(1), CDC)


def test_each_mistake_is_named_once(spark: SparkSession) -> None:
    whole = [(None, None, "torn line")]
    key = [("id", "x1", "is no int")]
    rows = [
        (1, "X", "a", "f", 0, None),
        (None, "I", "a", "f", 1, None),
        (None, "I", "a", "f", 2, key),
        (None, None, None, None, 3, whole),
        (1, None, "a", "f", 4, None),
        (None, "Y", "a", "f", 5, key),
    ]
    assert reasons(with_event_errors(spark.createDataFrame(rows, DDL), CDC)) == [
        (0, [("Op", "X", "unknown operation 'X'")]),
        (1, [("id", None, "NULL key")]),
        (2, key),
        (3, whole),
        (4, []),
        (5, [*key, ("Op", "Y", "unknown operation 'Y'")]),
    ]


def test_a_null_in_the_order_is_an_error(spark: SparkSession) -> None:
    target = Target(mode="cdc", keys=("id",), sequence_by=("at",))
    df = with_event_errors(spark.createDataFrame([(1, None)], "id int, at int"), target)
    assert [tuple(error) for row in df.collect() for error in row[ERRORS]] == [
        ("at", None, "NULL in the order of events")
    ]


def test_a_bad_newest_event_holds_the_key_and_only_the_key(spark: SparkSession) -> None:
    batch = events(
        spark,
        [
            (1, "I", "old", 0, False),
            (1, "U", "bad", 1, True),
            (2, "I", "bad", 2, True),
            (2, "U", "good again", 3, False),
            (3, "I", "untouched", 4, False),
            (None, "I", "no key", 5, False),
            (None, "U", "no key", 6, False),
        ],
    )
    resolved = resolve(batch, ("id",)).persist()
    assert {row["id"]: row["v"] for row in winners(resolved).collect()} == {2: "good again", 3: "untouched"}
    found = reasons(quarantined(batch, resolved, ("id",)))
    assert [row for row, _ in found] == [0, 1, 2, 5, 6]
    assert found[0][1] == [(None, None, HELD)]
    seen = Counts.of(counted(resolved, account(resolved)))
    assert (seen.read, seen.bad, seen.held, seen.upserts, seen.superseded) == (7, 4, 1, 2, 0)
    resolved.unpersist()


def test_an_empty_batch_counts_as_zero(spark: SparkSession) -> None:
    resolved = resolve(events(spark, []), ("id",))
    seen = Counts.of(counted(resolved, account(resolved)))
    assert set(vars(seen).values()) == {0}


def test_ties_without_a_row_order_are_decided_alike_and_counted(spark: SparkSession) -> None:
    target = Target(mode="merge", keys=("id",), sequence_by=("at",))
    rows = [(1, 5, "a"), (1, 5, "b"), (1, 5, "c"), (2, 5, "same"), (2, 5, "same"), (3, 4, "a"), (3, 5, "b")]
    outcomes = set()
    for order in list(permutations(range(3)))[:4]:
        df = spark.createDataFrame([rows[i] for i in order] + rows[3:], "id int, at int, v string")
        df = with_delete(with_event_errors(df, target), target).withColumn(SEQ, sequence(df, ("at",)))
        resolved = resolve(df, ("id",)).persist()
        assert counted(resolved, account(resolved))["ties"] == 1
        outcomes.add(tuple(sorted((row["id"], row["v"]) for row in winners(resolved).collect())))
        resolved.unpersist()
    assert len(outcomes) == 1
    assert outcomes.pop()[1:] == ((2, "same"), (3, "b"))


def test_columns_with_odd_names_and_maps_pass_through(spark: SparkSession) -> None:
    df = spark.createDataFrame(
        [(1, {"a": 1}, 2), (1, {"a": 2}, 3)], "`my.key` int, `a map` map<string,int>, at int"
    )
    target = Target(mode="merge", keys=("my.key",), sequence_by=("at",))
    ready = with_delete(with_event_errors(df, target), target).withColumn(SEQ, sequence(df, ("at",)))
    resolved = resolve(ready, target.keys)
    assert [tuple(row)[:3] for row in winners(resolved).collect()] == [(1, {"a": 2}, 3)]
    assert winners(resolved).columns == ["my.key", "a map", "at", DELETE, SEQ]
    assert quarantined(ready, resolved, target.keys).count() == 0


def test_a_tombstone_outranks_older_and_equal_upserts_and_older_deletes(spark: SparkSession) -> None:
    batch = events(
        spark,
        [
            (1, "U", "older", 4, False),
            (2, "U", "equal", 5, False),
            (3, "U", "newer", 6, False),
            (4, "D", "older", 4, False),
            (5, "D", "equal", 5, False),
            (6, "D", "newer", 6, False),
            (7, "U", "none", 0, False),
        ],
    )
    # key 1 was deleted twice: the newest tombstone counts
    deleted = [(1, ("f.csv", 1)), *((key, ("f.csv", 5)) for key in range(1, 7))]
    tombstones = spark.createDataFrame(deleted, f"id int, {SEQ} struct<file:string,row:bigint>")
    resolved = suppress(resolve(batch, ("id",)), tombstones, ("id",))
    assert sorted(row["id"] for row in winners(resolved).collect()) == [3, 5, 6, 7]
    seen = Counts.of(counted(resolved, account(resolved)))
    assert (seen.upserts, seen.deletes, seen.late) == (2, 2, 3)
    left = tombstones_of(resolved, ("id",), "r1", AT)
    assert left.columns == ["id", SEQ, RUN_ID, INGESTED_AT]
    assert sorted((row["id"], row[SEQ]["row"], row[RUN_ID]) for row in left.collect()) == [
        (5, 5, "r1"),
        (6, 6, "r1"),
    ]


def test_tombstones_expire_by_the_time_of_their_run(spark: SparkSession) -> None:
    batch = events(spark, [(1, "D", None, 0, False)])
    left = tombstones_of(resolve(batch, ("id",)), ("id",), "r1", AT)
    stays = [kept(left, AT + timedelta(seconds=extra)).count() for extra in (0, 1)]
    assert stays == [1, 0]
