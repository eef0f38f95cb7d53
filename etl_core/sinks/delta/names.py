"""Names of columns: which only partition a table, by the log's own JSON of a field, and which Parquet files
cannot have. For readers without Spark."""

from __future__ import annotations

from typing import Any

from etl_core.names import SYSTEM_PREFIX

NOT_IN_PARQUET = " ,;{}()\n\t="  # characters that Delta writes into no name of a Parquet file's column
GENERATED = "delta.generationExpression"  # in a field's metadata: PROTOCOL.md, "Generated Columns"


def is_hidden(field: dict[str, Any]) -> bool:
    """`field`: as in `metaData.schemaString`."""
    return GENERATED in field["metadata"] and field["name"].startswith(SYSTEM_PREFIX)
