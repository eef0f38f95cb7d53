"""What a Hudi table cannot hold: its schemas are Avro's, and what Avro lacks would come back changed."""

from __future__ import annotations

import re
from collections.abc import Iterator

from pyspark.sql.types import ArrayType, DataType, MapType, StringType, StructField, StructType

from etl_core.errors import SinkError
from etl_core.sinks.hudi.capabilities import COLUMN_NAMES, REFUSED_TYPES


def check_columns(table: str, schema: StructType) -> None:
    """Raises SinkError naming every column Hudi cannot hold, and why."""
    found = [f"{name}: {reason}" for field in schema.fields for name, reason in _wrong(field)]
    if found:
        raise SinkError(
            f"{table}: Hudi cannot hold {'; '.join(found)}",
            hint="rename or cast the columns, or use format: iceberg",
        )


def _wrong(field: StructField) -> Iterator[tuple[str, str]]:
    if re.fullmatch(COLUMN_NAMES, field.name) is None:
        yield repr(field.name), "a name is letters, digits and _, and does not begin with _hoodie_"
    for reason in _reasons(field.dataType):
        yield field.name, reason


def _reasons(kind: DataType) -> Iterator[str]:
    if kind.typeName() in _REFUSED:
        yield _REFUSED[kind.typeName()]
    if isinstance(kind, ArrayType):
        yield from _reasons(kind.elementType)
    elif isinstance(kind, MapType):
        if not isinstance(kind.keyType, StringType):
            yield "the keys of a map are text"
        yield from _reasons(kind.valueType)
    elif isinstance(kind, StructType):
        if not kind.fields:
            yield "a struct has at least one field"
        for field in kind.fields:
            yield from (reason for _, reason in _wrong(field))


# by the names that PySpark's classes give themselves
_REFUSED = {
    {"tinyint": "byte", "smallint": "short"}.get(name, name): reason for name, reason in REFUSED_TYPES
} | dict.fromkeys(("void", "daytimeinterval", "interval", "yearmonthinterval"), "no such type in Avro")
