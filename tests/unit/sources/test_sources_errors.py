"""From a Spark exception to the file it is about."""

from __future__ import annotations

import pytest

from etl_core.sources.errors import explain

PARQUET = """An error occurred while calling o1.collect.
: org.apache.spark.SparkException: Encountered error while reading file file:///data/a%20b/p.parquet.
Caused by: java.lang.RuntimeException: file:/data/a%20b/p.parquet is not a Parquet file. No magic number
\tat org.apache.parquet.hadoop.ParquetFileReader.readFooter(ParquetFileReader.java:557)
"""
GONE = "File file:/landing/x.csv does not exist\nIt is possible the underlying files have been updated."
OBJECT = "Caused by: AccessDenied: Permission denied reading file s3://bucket/hr/x.csv."


@pytest.mark.parametrize(
    ("text", "path"),
    [(PARQUET, "/data/a b/p.parquet"), (GONE, "/landing/x.csv"), (OBJECT, "s3://bucket/hr/x.csv")],
)
def test_the_file_is_named(text: str, path: str) -> None:
    explained = explain(RuntimeError(text))

    assert explained is not None
    assert explained.message.startswith(f"cannot read {path}: ")
    assert explained.hint


def test_the_innermost_cause_is_told_in_one_line() -> None:
    explained = explain(RuntimeError(PARQUET))

    assert explained is not None
    assert explained.message.endswith("is not a Parquet file. No magic number")


@pytest.mark.parametrize("text", ["Job aborted", "[DIVIDE_BY_ZERO] in file:/jobs/x.py", ""])
def test_what_is_about_no_file_is_left_to_others(text: str) -> None:
    assert explain(RuntimeError(text)) is None
