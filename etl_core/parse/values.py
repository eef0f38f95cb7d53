"""One declared column: how its value is made from what was received, and what can be wrong with it."""

from __future__ import annotations

from dataclasses import dataclass

from pyspark.sql import Column as SparkColumn
from pyspark.sql import functions as F
from pyspark.sql.types import DataType, DateType, StringType, StructType, TimestampNTZType, TimestampType

from etl_core.config.models.columns import Column, Drift
from etl_core.errors import SourceError
from etl_core.parse.received import Received, find
from etl_core.parse.types import conversion, parse_type


@dataclass(frozen=True)
class Value:
    """`typed` is NULL where `raw` does not parse; `reason` says as what ("" if it always does).
    `raw` None: not received. `top`: the received column it comes from."""

    name: str
    typed: SparkColumn
    raw: SparkColumn | None
    reason: str
    required: bool
    top: str | None


def value(column: Column, schema: StructType, drift: Drift) -> Value:
    """Raises SourceError when the received type can never become the declared one and `drift` says fail."""
    target = parse_type(column.type)
    received = find(column, schema)
    if received is None:
        return Value(column.name, F.lit(None).cast(target), None, "", not column.nullable, None)
    how = conversion(received.type, target)
    if how == "impossible" and drift.changed_type == "fail":
        raise SourceError(
            f"column {column.name!r} arrives as {received.type.simpleString()}, "
            f"which cannot become {column.type}",
            hint="change the column's type in the contract, or set `drift.changed_type: quarantine`",
        )
    typed = _typed(column, received, target, how)
    reason = _reason(column, target) if how in ("checked", "impossible") else ""
    return Value(column.name, typed, received.value, reason, not column.nullable, received.top)


def _typed(column: Column, received: Received, target: DataType, how: str) -> SparkColumn:
    if how == "same":
        return received.value
    if how == "widening":
        return received.value.cast(target)
    if how == "impossible":
        return F.lit(None).cast(target)
    if isinstance(received.type, StringType) and isinstance(
        target, DateType | TimestampType | TimestampNTZType
    ):
        return _from_text(received, target, column.format)
    return _try_cast(received, column.type)


def _from_text(received: Received, target: DataType, pattern: str | None) -> SparkColumn:
    """Spark's casts take more than ISO 8601: `2024-01-05 junk` is a date to them and `12:30` a
    timestamp of the day of the run. A length and the place of the first `-` tell those apart."""
    text, kind = received.value, target.simpleString()
    if pattern is not None:
        return F.try_to_timestamp(text, F.lit(pattern)).cast(target)
    if isinstance(target, DateType):
        iso = F.octet_length(text).between(8, 10)
    else:
        iso = (F.instr(text, "-") == 5) & (F.octet_length(text) >= 8)
    return F.when(iso, _try_cast(received, kind))


def _try_cast(received: Received, kind: str) -> SparkColumn:
    """SQL, as pyspark 3.5 has no function for it and what `cast` does depends on the session."""
    return F.expr(f"try_cast({received.sql} as {kind})")


def _reason(column: Column, target: DataType) -> str:
    shown = column.type.lower()
    if column.format:
        return f"not a {shown} in the format {column.format}"
    article = "an" if shown[0] in "aeiou" else "a"
    iso = isinstance(target, DateType | TimestampType | TimestampNTZType)
    return f"not {article} {shown}" + (" in ISO 8601; set the column's `format`" if iso else "")
