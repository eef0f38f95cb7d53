"""Partition transforms for formats that only partition by a column's own values: the transformed value
is stored beside the row, in a column of its own that `read` hides."""

from __future__ import annotations

import re

from pyspark.sql.types import BinaryType, DataType, DecimalType, StringType, StructType

from etl_core.names import SYSTEM_PREFIX, quote
from etl_core.sinks.partitioning import PartitionField

_FORMATS = {"years": "yyyy", "months": "yyyy-MM", "days": "yyyy-MM-dd", "hours": "yyyy-MM-dd-HH"}
# What stands for NULL in a path, with quotes behind it or alone; or nothing but quotes.
_RESERVED = '^(__HIVE_DEFAULT_PARTITION__)?"*$'
_NAME = re.compile(rf"{SYSTEM_PREFIX}(?P<transform>[a-z]+)(?P<size>\d*)_(?P<column>.+)")


def derived_name(field: PartitionField) -> str:
    """`days(hired_at)` -> `_strata_days_hired_at`, `bucket(16, id)` -> `_strata_bucket16_id`."""
    return f"{SYSTEM_PREFIX}{field.transform}{field.size or ''}_{field.column}"


def derived_field(name: str) -> PartitionField:
    """What `derived_name` made the name of."""
    found = _NAME.fullmatch(name)
    assert found is not None, name
    return PartitionField(found["transform"], found["column"], int(found["size"]) if found["size"] else None)


def derived_value(field: PartitionField, schema: StructType) -> str:
    """SQL of the partition's value: string, NULL for NULL. Times are in the session's zone, UTC.

    Buckets are by the hash of the value's text, so that a widened type leaves rows where they are;
    they are not those of Iceberg. Different values of an identity partition never share one: formats
    take the empty text for NULL, so a quote is put behind it (and behind what looks like the result).
    """
    column = quote(field.column)
    text = f"CAST({column} AS STRING)"
    if field.transform in _FORMATS:
        return f"date_format({column}, '{_FORMATS[field.transform]}')"
    if field.transform == "bucket":
        return f"CAST(pmod(hash({text}), {field.size}) AS STRING)"
    if field.transform == "truncate":
        text = f"CAST({_truncated(field, _type_of(field.column, schema))} AS STRING)"
    return f"""CASE WHEN {text} RLIKE '{_RESERVED}' THEN concat({text}, '"') ELSE {text} END"""


def _type_of(column: str, schema: StructType) -> DataType:
    return next(field.dataType for field in schema.fields if field.name.lower() == column.lower())


def _truncated(field: PartitionField, kind: DataType) -> str:
    """As the Iceberg specification has it: `width` counts characters, or units of the last digit."""
    column, width = quote(field.column), field.size
    if isinstance(kind, StringType | BinaryType):
        return f"substring({column}, 1, {width})"
    step = f"{width}E-{kind.scale}BD" if isinstance(kind, DecimalType) else str(width)
    return f"({column} - pmod({column}, {step}))"
