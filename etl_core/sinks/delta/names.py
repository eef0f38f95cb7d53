"""Which columns only partition a table, by the log's own JSON of a field: for readers without Spark."""

from __future__ import annotations

from typing import Any

from etl_core.names import SYSTEM_PREFIX

GENERATED = "delta.generationExpression"  # in a field's metadata: PROTOCOL.md, "Generated Columns"


def is_hidden(field: dict[str, Any]) -> bool:
    """`field`: as in `metaData.schemaString`."""
    return GENERATED in field["metadata"] and field["name"].startswith(SYSTEM_PREFIX)
