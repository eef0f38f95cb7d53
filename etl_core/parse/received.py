"""Which received column a declared one is: by exact name, by name without case, or inside a struct."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from pyspark.sql.types import DataType, StructType

from etl_core.config.models.columns import Column
from etl_core.names import quote


@dataclass(frozen=True)
class Received:
    """Where a declared column's values come from: `sql` is the path to them, quoted; `top` the
    received column they are in."""

    top: str
    type: DataType
    sql: str


def source_name(column: Column) -> str:
    return column.source or column.name


def find_name(name: str, names: Iterable[str]) -> str | None:
    """`name` among `names`: as it is, else without regard to case."""
    known = tuple(names)
    if name in known:
        return name
    return next((other for other in known if other.lower() == name.lower()), None)


def find(column: Column, schema: StructType) -> Received | None:
    """None if the column was not received. Dots reach into structs, unless a name has them."""
    return _find(source_name(column).split("."), schema, "")


def _find(path: list[str], schema: StructType, prefix: str) -> Received | None:
    for length in range(len(path), 0, -1):  # a.b may be a column called "a.b"
        name = find_name(".".join(path[:length]), schema.names)
        if name is None:
            continue
        sql = prefix + quote(name)
        kind, rest = schema[name].dataType, path[length:]
        if not rest:
            return Received(name, kind, sql)
        inner = _find(rest, kind, f"{sql}.") if isinstance(kind, StructType) else None
        if inner is not None:
            return Received(name, inner.type, inner.sql)
    return None
