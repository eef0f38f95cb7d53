"""Avro's JSON of a schema, as Hudi stores it, turned into Spark's.

Source: https://avro.apache.org/docs/1.11.1/specification/ (logical types), and Spark's SchemaConverters.
"""

from __future__ import annotations

from typing import Any

Json = Any
_PLAIN = {
    "boolean": "boolean",
    "int": "integer",
    "long": "long",
    "float": "float",
    "double": "double",
    "bytes": "binary",
    "fixed": "binary",
    "string": "string",
    "enum": "string",
    "null": "void",
}
_LOGICAL = {
    "date": "date",
    "timestamp-millis": "timestamp",
    "timestamp-micros": "timestamp",
    "local-timestamp-millis": "timestamp_ntz",
    "local-timestamp-micros": "timestamp_ntz",
}


def spark_struct(schema: Json) -> Json:
    """A record as Spark's JSON of a struct, all fields nullable. A type that was named before may be
    referred to by its name."""
    kind = _Names().spark(schema)
    assert isinstance(kind, dict)
    return kind


class _Names:
    """Turns types over, and remembers those that have a name."""

    def __init__(self) -> None:
        self.named: dict[str, Json] = {}

    def spark(self, kind: Json) -> Json:
        if isinstance(kind, list):
            (only,) = [branch for branch in kind if branch != "null"] or ["null"]
            return self.spark(only)
        if isinstance(kind, str):
            return _PLAIN.get(kind) or self.named[kind]
        found = self._complex(kind)
        if "name" in kind:
            space = kind.get("namespace")
            self.named[kind["name"]] = self.named[f"{space}.{kind['name']}"] = found
        return found

    def _complex(self, kind: dict[str, Json]) -> Json:
        logical, name = kind.get("logicalType"), kind["type"]
        if logical == "decimal":
            return f"decimal({kind['precision']},{kind.get('scale', 0)})"
        if logical in _LOGICAL:
            return _LOGICAL[logical]
        if name == "record":
            return {"type": "struct", "fields": [self._field(field) for field in kind["fields"]]}
        if name == "array":
            return {"type": "array", "elementType": self.spark(kind["items"]), "containsNull": True}
        if name == "map":
            value = self.spark(kind["values"])
            return {"type": "map", "keyType": "string", "valueType": value, "valueContainsNull": True}
        return self.spark(name)

    def _field(self, field: dict[str, Json]) -> Json:
        kind = self.spark(field["type"])
        return {"name": field["name"], "type": kind, "nullable": True, "metadata": {}}
