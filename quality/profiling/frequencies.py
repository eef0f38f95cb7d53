"""The second pass: most frequent values, patterns of texts, and whether candidates for a key are unique.

All candidates go through one shuffle, as rows of (column, what is counted, value).
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence

from pyspark.sql import DataFrame, Row
from pyspark.sql import functions as F

from etl_core.names import literal, quote
from quality.profiling.model import ColumnProfile, ValueCount

SHOWN = 10
FEW = 1000  # distinct values up to which they are counted one by one
NEARLY_ALL = 0.8  # of the rows: the estimate may be wrong by some percent, so these are counted
_LONGEST = 60  # of a pattern


def with_frequencies(df: DataFrame, columns: Sequence[ColumnProfile]) -> tuple[ColumnProfile, ...]:
    """The columns with `top`, `patterns`, and an exact `distinct` where it was counted."""
    asked = [part for index, column in enumerate(columns) for part in _asked(index, column)]
    if not asked:
        return tuple(columns)
    parts = df.selectExpr(f"EXPLODE(ARRAY({', '.join(asked)})) AS part").where("part.value IS NOT NULL")
    counted = parts.groupBy("part.col", "part.what", "part.value").count()
    shown = "IF(what = 'key', NULL, NAMED_STRUCT('n', -count, 'value', value))"
    found = counted.groupBy("col", "what").agg(
        F.count(F.lit(1)).alias("many"),
        F.expr(f"SLICE(ARRAY_SORT(COLLECT_LIST({shown})), 1, {SHOWN})").alias("top"),
    )
    results = {(row["col"], row["what"]): row for row in found.collect()}
    return tuple(
        column.model_copy(update=dict(_update(index, results))) for index, column in enumerate(columns)
    )


def pattern(column: str) -> str:
    """SQL: a text's form, as `ColumnProfile` describes it."""
    steps = (
        (r"[0-9]", "9"),
        (r"[a-z]", "a"),
        (r"[A-Z]", "A"),
        (r"[\p{L}&&[^\x00-\x7f]]", "ü"),
        (r"a{4,}", "a…"),
        (r"A{4,}", "A…"),
        (r"ü{4,}", "ü…"),
    )
    sql = column
    for what, to in steps:
        sql = f"REGEXP_REPLACE({sql}, {literal(what)}, {literal(to)})"
    return f"LEFT({sql}, {_LONGEST})"


def _asked(index: int, column: ColumnProfile) -> Iterator[str]:
    if column.distinct is None or column.kind == "binary" or not column.values:
        return
    name = quote(column.name)
    text = f"CAST({name} AS STRING)"
    if not column.nulls and column.distinct >= NEARLY_ALL * column.rows:
        yield _part(index, "key", text)
    if column.distinct <= FEW:
        yield _part(index, "value", text)
    if column.kind == "text":
        yield _part(index, "pattern", pattern(name))


def _part(index: int, what: str, value: str) -> str:
    return f"NAMED_STRUCT('col', {index}, 'what', '{what}', 'value', {value})"


def _update(index: int, results: Mapping[tuple[int, str], Row]) -> Iterator[tuple[str, object]]:
    for what in ("key", "value"):
        row = results.get((index, what))
        if row is not None:
            yield "distinct", row["many"]
            yield "exact", True
    for what, field in (("value", "top"), ("pattern", "patterns")):
        row = results.get((index, what))
        if row is not None:
            yield field, tuple(ValueCount(value=one["value"], rows=-one["n"]) for one in row["top"])
