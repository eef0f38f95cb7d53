"""One declared column: how its value is made from what was received, and what can be wrong with it."""

from __future__ import annotations

from dataclasses import dataclass

from pyspark.sql.types import DataType, DateType, StringType, StructType, TimestampNTZType, TimestampType

from etl_core.config.models.columns import Column, Drift
from etl_core.errors import SourceError
from etl_core.names import literal
from etl_core.parse.received import Received, find
from etl_core.parse.types import Conversion, conversion, parse_type

_TIMES = (DateType, TimestampType, TimestampNTZType)


@dataclass(frozen=True)
class Value:
    """`typed` and `raw` are SQL. `typed` is NULL where `raw` does not parse; `reason` says as what
    ("" if it always does). `raw` None: not received. `top`: the received column it comes from."""

    name: str
    typed: str
    raw: str | None
    reason: str
    required: bool
    top: str | None


def value(column: Column, schema: StructType, drift: Drift, *, exact: bool = False) -> Value:
    """`exact`: a number or a time that would lose something on the way does not parse either.

    Raises SourceError when the received type can never become the declared one and `drift` says
    fail, ConfigError when the declared one is no type.
    """
    target = parse_type(column.type)
    received = find(column, schema)
    if received is None:
        return Value(column.name, _null(column), None, "", not column.nullable, None)
    how = conversion(received.type, target)
    if how == "impossible" and drift.changed_type == "fail":
        raise SourceError(
            f"column {column.name!r} arrives as {received.type.simpleString()}, "
            f"which cannot become {column.type}",
            hint="change the column's type in the contract, or set `drift.changed_type: quarantine`",
        )
    typed = _typed(column, received, target, how)
    if exact and how == "checked" and not isinstance(received.type, StringType):
        back = f"CAST({typed} AS {received.type.simpleString()})"
        typed = f"CASE WHEN {back} <=> {received.sql} THEN {typed} END"
    reason = _reason(column, target) if how in ("checked", "impossible") else ""
    return Value(column.name, typed, received.sql, reason, not column.nullable, received.top)


def _typed(column: Column, received: Received, target: DataType, how: Conversion) -> str:
    if how == "same":
        return received.sql
    if how == "widening":
        return f"CAST({received.sql} AS {column.type})"
    if how == "impossible":
        return _null(column)
    if isinstance(received.type, StringType) and isinstance(target, _TIMES):
        return _time(received.sql, column, target)
    return f"TRY_CAST({received.sql} AS {column.type})"


def _time(text: str, column: Column, target: DataType) -> str:
    """Spark's casts take more than ISO 8601: `2024-01-05 junk` is a date to them and `12:30` a
    timestamp of the day of the run. A length and the place of the first `-` tell those apart."""
    if column.format is not None:
        return f"CAST(TRY_TO_TIMESTAMP({text}, {literal(column.format)}) AS {column.type})"
    if isinstance(target, DateType):
        iso = f"OCTET_LENGTH({text}) BETWEEN 8 AND 10"
    else:
        iso = f"INSTR({text}, '-') = 5 AND OCTET_LENGTH({text}) >= 8"
    return f"CASE WHEN {iso} THEN TRY_CAST({text} AS {column.type}) END"


def _null(column: Column) -> str:
    return f"CAST(NULL AS {column.type})"


def _reason(column: Column, target: DataType) -> str:
    shown = column.type.lower()
    if column.format:
        return f"not a {shown} in the format {column.format}"
    article = "an" if shown[0] in "aeiou" else "a"
    iso = " in ISO 8601; set the column's `format`" if isinstance(target, _TIMES) else ""
    return f"not {article} {shown}{iso}"
