"""DataFrames from what a test has at hand."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from pyspark.sql import DataFrame, SparkSession

Rows = Sequence[Mapping[str, Any]] | Sequence[tuple[Any, ...]]


def dataframe(spark: SparkSession, schema: str, rows: Rows = ()) -> DataFrame:
    """A DataFrame with columns as in `schema` ("id int, name string"), from tuples in that order or
    from mappings by column name; a mapping may leave columns out (NULL).

    Raises ValueError for a mapping with a column that the schema does not have.
    """
    if not rows:
        return spark.createDataFrame([], schema)
    if isinstance(rows[0], Mapping):
        return spark.createDataFrame(_tuples(spark, schema, rows), schema)
    return spark.createDataFrame(list(rows), schema)


def _tuples(spark: SparkSession, schema: str, rows: Sequence[Any]) -> list[tuple[Any, ...]]:
    names = spark.createDataFrame([], schema).columns
    if unknown := {name for row in rows for name in row} - set(names):
        raise ValueError(f"columns not in the schema {schema!r}: {', '.join(sorted(unknown))}")
    return [tuple(row.get(name) for name in names) for row in rows]
