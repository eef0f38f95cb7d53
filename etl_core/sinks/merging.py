"""The MERGE statement that applies winners to a table."""

from __future__ import annotations

from collections.abc import Sequence

from etl_core.changes.order import newer
from etl_core.names import DELETE, quote
from etl_core.sinks.protocol import When


def merge_statement(
    target: str, source: str, *, keys: Sequence[str], columns: Sequence[str], given: Sequence[str], when: When
) -> str:
    """`target` and `source` are quoted names, `columns` the table's, `given` those of the winners.

    With `newer` a winner that is not newer than the row held changes nothing; a delete of a missing key
    never does.
    """
    held = {name.lower(): name for name in given}

    def value(column: str) -> str:
        return f"s.{quote(held[column.lower()])}" if column.lower() in held else "NULL"

    on = " AND ".join(f"t.{quote(key)} = s.{quote(key)}" for key in keys)
    matched = f"WHEN MATCHED AND {newer('s', 't')}" if when == "newer" else "WHEN MATCHED"
    deletes = f"s.{quote(DELETE)}"
    updates = ", ".join(f"t.{quote(column)} = {value(column)}" for column in columns)
    names = ", ".join(quote(column) for column in columns)
    values = ", ".join(value(column) for column in columns)
    clauses = (
        f"MERGE INTO {target} t USING {source} s ON {on}",
        f"{matched} AND {deletes} THEN DELETE",
        f"{matched} THEN UPDATE SET {updates}",
        f"WHEN NOT MATCHED AND NOT {deletes} THEN INSERT ({names}) VALUES ({values})",  # noqa: S608
    )
    return " ".join(clauses)
