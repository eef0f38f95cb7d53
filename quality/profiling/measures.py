"""The first pass: SQL of all that one aggregate can tell of a column, and what its results mean."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from pyspark.sql.types import (
    BinaryType,
    BooleanType,
    DataType,
    DateType,
    DoubleType,
    FloatType,
    NumericType,
    StringType,
    TimestampNTZType,
    TimestampType,
)

from etl_core.names import literal
from quality.profiling.model import ColumnProfile, Kind

_KINDS: tuple[tuple[tuple[type[DataType], ...], Kind], ...] = (
    ((NumericType,), "number"),
    ((StringType,), "text"),
    ((DateType, TimestampType, TimestampNTZType), "time"),
    ((BooleanType,), "boolean"),
    ((BinaryType,), "binary"),
)
READINGS = ("empty", "blank", "int", "decimal", "double", "boolean", "date", "timestamp", "text")
_NUMBER = r"^[+-]?([0-9]+[.]?[0-9]*|[.][0-9]+)"


def kind_of(data_type: DataType) -> Kind:
    return next((kind for types, kind in _KINDS if isinstance(data_type, types)), "other")


def reading(column: str) -> str:
    """SQL: what a text looks like, one of `READINGS`; NULL of NULL. Dates and times are those that a
    contract without a `format` takes."""
    number, scientific = literal(f"{_NUMBER}$"), literal(f"{_NUMBER}[eE][+-]?[0-9]+$")
    iso = f"INSTR({column}, '-') = 5 AND OCTET_LENGTH({column})"
    return (
        f"CASE WHEN {column} IS NULL THEN NULL WHEN {column} = '' THEN 'empty' "
        f"WHEN TRIM({column}) = '' THEN 'blank' "
        f"WHEN {column} RLIKE '^[+-]?[0-9]+$' AND TRY_CAST({column} AS BIGINT) IS NOT NULL THEN 'int' "
        f"WHEN {column} RLIKE {number} AND LENGTH({column}) <= 38 THEN 'decimal' "
        f"WHEN {column} RLIKE {scientific} OR {column} IN ('NaN', 'Infinity', '-Infinity') THEN 'double' "
        f"WHEN LOWER({column}) IN ('true', 'false') THEN 'boolean' "
        f"WHEN {iso} BETWEEN 8 AND 10 AND TRY_CAST({column} AS DATE) IS NOT NULL THEN 'date' "
        f"WHEN {iso} > 10 AND TRY_CAST({column} AS TIMESTAMP) IS NOT NULL THEN 'timestamp' "
        "ELSE 'text' END"
    )


def measures(kind: Kind, data_type: DataType, column: str, reads: str) -> dict[str, str]:
    """SQL aggregates over `column` (quoted), by their names here; `reads`: the column with its reading."""
    found = {"nulls": f"COUNT_IF({column} IS NULL)"}
    if kind == "other":
        return found
    found["distinct"] = f"APPROX_COUNT_DISTINCT({column})"
    if kind == "binary":
        return found | _lengths(column)
    value = column
    if isinstance(data_type, DoubleType | FloatType):
        value = f"CASE WHEN NOT ISNAN({column}) THEN {column} END"
        found["nan"] = f"COUNT_IF(ISNAN({column}))"
    found |= {"minimum": f"CAST(MIN({value}) AS STRING)", "maximum": f"CAST(MAX({value}) AS STRING)"}
    if kind == "number":
        found |= _moments(f"CAST({value} AS DOUBLE)")
    return found | (_lengths(column) | _readings(column, reads) if kind == "text" else {})


def column_profile(
    name: str, kind: Kind, type_name: str, rows: int, seen: Mapping[str, Any]
) -> ColumnProfile:
    """`seen`: the values of `measures`. The sum over no rows is NULL: nothing was counted."""
    plain = {key: value for key, value in seen.items() if not key.startswith("is_") and value is not None}
    reads_as = {
        key.removeprefix("is_"): value for key, value in seen.items() if key.startswith("is_") and value
    }
    return ColumnProfile(name=name, type=type_name, kind=kind, rows=rows, reads_as=reads_as, **plain)


def _moments(value: str) -> dict[str, str]:
    return {
        "low": f"MIN({value})",
        "high": f"MAX({value})",
        "mean": f"AVG({value})",
        "deviation": f"STDDEV_SAMP({value})",
    }


def _lengths(column: str) -> dict[str, str]:
    return {"min_length": f"MIN(LENGTH({column}))", "max_length": f"MAX(LENGTH({column}))"}


def _readings(column: str, reads: str) -> dict[str, str]:
    number = f"{reads} IN ('int', 'decimal')"
    whole = f"LENGTH(REGEXP_EXTRACT({column}, '^[+-]?0*([0-9]*)', 1))"
    fraction = f"LENGTH(REGEXP_EXTRACT({column}, '[.]([0-9]*)$', 1))"
    value = f"CASE WHEN {reads} IN ('int', 'decimal', 'double') THEN TRY_CAST({column} AS DOUBLE) END"
    return {
        **{f"is_{name}": f"COUNT_IF({reads} = '{name}')" for name in READINGS},
        "whole": f"MAX(CASE WHEN {number} THEN {whole} END)",
        "fraction": f"MAX(CASE WHEN {number} THEN {fraction} END)",
        "leading_zeros": f"COUNT_IF({number} AND {column} RLIKE '^[+-]?0[0-9]')",
        "low": f"MIN(CASE WHEN NOT ISNAN({value}) THEN {value} END)",
        "high": f"MAX(CASE WHEN NOT ISNAN({value}) THEN {value} END)",
    }
