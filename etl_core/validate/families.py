"""Families of the contract's column types, as DQDL tells them apart."""

from __future__ import annotations

from etl_core.config.project import Table
from etl_core.validate.spark_types import TypeProblem, parse_type
from quality.dqdl.types import Family

_FAMILIES: dict[str, Family] = {
    **dict.fromkeys(("tinyint", "smallint", "int", "bigint", "float", "double", "decimal"), "number"),
    **dict.fromkeys(("string", "varchar", "char"), "text"),
    **dict.fromkeys(("array", "map", "struct"), "nested"),
    **dict.fromkeys(("timestamp", "timestamp_ntz"), "timestamp"),
    "boolean": "boolean",
    "date": "date",
    "binary": "binary",
}


def column_families(table: Table) -> dict[str, tuple[Family, str]]:
    """Column -> its family and its type as written; columns whose type is wrong are left out."""
    found: dict[str, tuple[Family, str]] = {}
    for column in table.config.columns:
        try:
            found[column.name] = _FAMILIES[parse_type(column.type).name], column.type
        except TypeProblem:
            continue  # the check of columns says so
    return found
