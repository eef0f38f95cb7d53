"""`_strata_seq`: what it holds, how it compares, what is refused."""

from __future__ import annotations

import pytest
from pyspark.sql import DataFrame, SparkSession
from pyspark.sql import functions as F

from etl_core.changes.order import newer, row_hash, sequence
from etl_core.errors import TransformError
from etl_core.names import SEQ

DMS_DDL = "id int, _strata_epoch int, _strata_phase int, _strata_source_file string, _strata_row bigint"


def ordered(events: DataFrame, *sequence_by: str) -> list[int]:
    rows = events.select("id", sequence(events, sequence_by).alias(SEQ)).orderBy(SEQ).collect()
    return [row["id"] for row in rows]


def test_dms_changes_come_after_their_full_load_and_folders_do_not_count(spark: SparkSession) -> None:
    events = spark.createDataFrame(
        [
            (4, 1, 1, "2026/11/02/20261102-080000000.csv", 0),
            (2, 1, 1, "z/20261101-130000000.csv", 50),
            (3, 1, 1, "a/20261101-140000000.csv", 9),
            (1, 1, 0, "z/LOAD00000001.csv", 100),
            (5, 2, 0, "LOAD00000001.csv", 0),
        ],
        DMS_DDL,
    )
    assert ordered(events) == [1, 2, 3, 4, 5]


def test_files_without_epoch_are_ordered_by_path(spark: SparkSession) -> None:
    ddl = "id int, _strata_source_file string, _strata_row bigint"
    rows = [(3, "b/1.csv", 0), (2, "a/9.csv", 10), (1, "a/9.csv", 9)]
    assert ordered(spark.createDataFrame(rows, ddl)) == [1, 2, 3]


def test_epoch_zero_is_no_dms_row(spark: SparkSession) -> None:
    rows = [(2, 0, 0, "b/1.csv", 0), (1, 0, 0, "a/9.csv", 0)]
    assert ordered(spark.createDataFrame(rows, DMS_DDL)) == [1, 2]


def test_sequence_by_comes_first_and_small_integers_are_widened(spark: SparkSession) -> None:
    ddl = "id int, at smallint, part float, _strata_source_file string, _strata_row bigint"
    events = spark.createDataFrame([(2, 7, 0.5, "a", 1), (1, 3, 0.5, "b", 2)], ddl)
    assert ordered(events, "at", "part") == [1, 2]
    seq = events.select(sequence(events, ("at", "part")).alias(SEQ)).schema[SEQ].dataType
    assert seq.simpleString() == "struct<k1:bigint,k2:double,file:string,row:bigint>"


def test_without_a_row_position_the_hash_of_the_row_is_the_last_field(spark: SparkSession) -> None:
    events = spark.createDataFrame(
        [(1, {"a": 1}, "r1")], "at int, tags map<string,int>, _strata_run_id string"
    )
    row = events.select(sequence(events, ("at",)).alias(SEQ), row_hash(events).alias("hash")).first()
    assert row is not None
    assert row[SEQ].asDict() == {"k1": 1, "tie": row["hash"]}
    other_run = events.withColumn("_strata_run_id", F.lit("r2"))
    assert other_run.select(row_hash(other_run)).first() == (row["hash"],)


def test_no_order_at_all_is_refused(spark: SparkSession) -> None:
    events = spark.createDataFrame([(1,)], "id int")
    with pytest.raises(TransformError, match=r"no order.*_strata_row") as raised:
        sequence(events, ())
    assert "target.sequence_by" in raised.value.hint


def test_a_missing_sequence_column_is_named(spark: SparkSession) -> None:
    events = spark.createDataFrame([(1,)], "id int")
    with pytest.raises(TransformError, match="sequence_by names updated_at"):
        sequence(events, ("updated_at",))


def test_newer_is_strict_and_a_row_without_sequence_is_older(spark: SparkSession) -> None:
    seq = f"{SEQ} struct<k1:bigint,row:bigint>"
    rows = [(1, (5, 1), (5, 1)), (2, (5, 2), (5, 1)), (3, (4, 9), (5, 1)), (4, (1, 1), None)]
    source = spark.createDataFrame([(i, s) for i, s, _ in rows], f"id int, {seq}").alias("s")
    target = spark.createDataFrame([(i, t) for i, _, t in rows], f"id int, {seq}").alias("t")
    found = source.join(target, F.col("s.id") == F.col("t.id")).where(newer("s", "t")).select("s.id")
    assert sorted(row["id"] for row in found.collect()) == [2, 4]
