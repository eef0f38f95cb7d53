"""Parquet written by pyarrow, which knows nothing of Spark."""

from __future__ import annotations

from pathlib import Path

import pyarrow as pa
import pytest
from pyarrow import parquet
from pyspark.sql import SparkSession
from source_files import in_order, read, table, values

from etl_core.errors import SourceError
from etl_core.names import PROBLEM, RAW_LINE, ROW


def test_types_are_the_files_own_and_columns_unify_by_name(spark: SparkSession, tmp_path: Path) -> None:
    parquet.write_table(
        pa.table({"a": pa.array([1, 2], pa.int32()), "b": ["x", None]}), tmp_path / "1.parquet"
    )
    parquet.write_table(pa.table({"c": [1.5], "a": pa.array([2**40], pa.int64())}), tmp_path / "2.parquet")

    rows = read(spark, tmp_path, table("a bigint, b"), format="parquet")

    assert [rows.schema[name].dataType.simpleString() for name in "abc"] == ["bigint", "string", "double"]
    assert values(rows) == [(1, "x", None), (2, None, None), (2**40, None, 1.5)]
    assert {(row[PROBLEM], row[RAW_LINE]) for row in rows.collect()} == {(None, None)}


def test_row_positions_over_row_groups_and_splits(table_session: SparkSession, tmp_path: Path) -> None:
    """Cut by Spark's own settings: the format knows where a row stands."""
    parquet.write_table(pa.table({"n": list(range(1000))}), tmp_path / "f.parquet", row_group_size=50)

    table_session.conf.set("spark.sql.files.maxPartitionBytes", "500")
    rows = read(table_session, tmp_path, table("n bigint"), format="parquet")

    assert rows.rdd.getNumPartitions() > 3
    assert [(row["n"], row[ROW]) for row in in_order(rows)] == [(n, n) for n in range(1000)]


@pytest.mark.parametrize("content", [b"", b"a,b\n1,2\n", b"PAR1 torn off"])
def test_a_file_that_is_no_parquet_is_named_before_anything_is_read(
    spark: SparkSession, tmp_path: Path, content: bytes
) -> None:
    parquet.write_table(pa.table({"a": [1]}), tmp_path / "1.parquet")
    (tmp_path / "2.parquet").write_bytes(content)

    with pytest.raises(SourceError, match=r"2\.parquet"):
        read(spark, tmp_path, table("a"), format="parquet")


def test_an_empty_table(spark: SparkSession, tmp_path: Path) -> None:
    parquet.write_table(pa.table({"a": pa.array([], pa.int32())}), tmp_path / "1.parquet")

    assert read(spark, tmp_path, table("a int"), format="parquet").count() == 0
