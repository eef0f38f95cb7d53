"""Spark's JSON of a schema, read without Spark."""

from __future__ import annotations

from typing import Any

_NAMES = {
    "integer": "int",
    "long": "bigint",
    "short": "smallint",
    "byte": "tinyint",
}


def simple_name(kind: str | dict[str, Any]) -> str:
    """A type of Spark's schema JSON as Spark SQL writes it (`simpleString`)."""
    if isinstance(kind, str):
        return _NAMES.get(kind, kind)
    if kind["type"] == "array":
        return f"array<{simple_name(kind['elementType'])}>"
    if kind["type"] == "map":
        return f"map<{simple_name(kind['keyType'])},{simple_name(kind['valueType'])}>"
    fields = (f"{field['name']}:{simple_name(field['type'])}" for field in kind["fields"])
    return f"struct<{','.join(fields)}>"
