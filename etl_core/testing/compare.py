"""Compare two DataFrames and say, readably, where they differ."""

from __future__ import annotations

import math
from collections import Counter
from collections.abc import Collection, Hashable, Iterable
from typing import Any

from chispa.schema_comparer import SchemasNotEqualError, assert_schema_equality_ignore_nullable
from pyspark.sql import DataFrame, Row

from etl_core.names import SYSTEM_PREFIX
from etl_core.testing.diff import row_diff

# A test compares what a person can read; more is a job for a table rule.
MOST_ROWS = 100_000


def assert_df_equal(
    actual: DataFrame,
    expected: DataFrame,
    *,
    ignore_order: bool = True,
    ignore_columns: Collection[str] = (),
) -> None:
    """Same columns of the same types in the same order, and the same rows, each as often.

    System columns (`_strata_*`) and `ignore_columns` are left out, nullability is not compared, NaN
    equals NaN. Raises AssertionError: chispa's schema table, or the rows that differ, side by side.
    """
    actual, expected = (_without(frame, ignore_columns) for frame in (actual, expected))
    _same_schema(actual, expected)
    left, right = _rows(actual), _rows(expected)
    if ignore_order:
        left, right = _only_in(left, right), _only_in(right, left)
    if [_key(row) for row in left] != [_key(row) for row in right]:
        raise AssertionError(row_diff(actual.columns, left, right, ordered=not ignore_order))


def _without(frame: DataFrame, columns: Collection[str]) -> DataFrame:
    unwanted = [name for name in frame.columns if name.startswith(SYSTEM_PREFIX) or name in columns]
    return frame.drop(*unwanted)


def _same_schema(actual: DataFrame, expected: DataFrame) -> None:
    try:
        assert_schema_equality_ignore_nullable(actual.schema, expected.schema)
    except SchemasNotEqualError as error:
        raise AssertionError(f"columns differ (left: actual, right: expected){error}") from None


def _rows(frame: DataFrame) -> list[Row]:
    rows = frame.limit(MOST_ROWS + 1).collect()
    if len(rows) > MOST_ROWS:
        raise AssertionError(f"more than {MOST_ROWS:,} rows: aggregate before comparing")
    return rows


def _only_in(rows: list[Row], others: list[Row]) -> list[Row]:
    """Rows beyond those that `others` has, sorted so that similar rows of both sides meet."""
    left_over = Counter(_key(row) for row in others)
    result = []
    for row in rows:
        key = _key(row)
        if left_over[key]:
            left_over[key] -= 1
        else:
            result.append(row)
    return sorted(result, key=lambda row: repr(_key(row)))


def _key(value: Any) -> Hashable:
    """The value in a form that can be counted: lists, maps and rows as tuples, NaN equal to itself."""
    if isinstance(value, float) and math.isnan(value):
        return "NaN", None
    if isinstance(value, dict):
        return frozenset((_key(name), _key(held)) for name, held in value.items())
    if isinstance(value, list | tuple):
        return _keys(value)
    if isinstance(value, bytearray):
        return bytes(value)
    return type(value).__name__, value


def _keys(values: Iterable[Any]) -> tuple[Hashable, ...]:
    return tuple(_key(value) for value in values)
