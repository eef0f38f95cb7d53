"""Two frames beside each other: their columns, and whether two rows hold the same (NULL equals NULL)."""

from __future__ import annotations

from collections.abc import Collection, Sequence

from pyspark.sql import DataFrame
from pyspark.sql.types import ArrayType, DataType, MapType, StructType

from etl_core.names import SYSTEM_PREFIX, quote


def differ(columns: Sequence[str], schema: StructType, left: str | None, right: str | None) -> str:
    """SQL of a boolean, never NULL: some of `columns` differ between `left` and `right`, aliases or
    structs (None: the frame itself) whose columns have the types in `schema`."""
    types = {name: schema[name].dataType for name in columns}
    same = [f"{_side(left, name, of)} <=> {_side(right, name, of)}" for name, of in types.items()]
    return f"NOT ({' AND '.join(same)})" if same else "FALSE"


def has_map(data_type: DataType) -> bool:
    """Spark neither compares nor hashes maps."""
    if isinstance(data_type, ArrayType):
        return has_map(data_type.elementType)
    if isinstance(data_type, StructType):
        return any(has_map(field.dataType) for field in data_type)
    return isinstance(data_type, MapType)


def _side(side: str | None, name: str, data_type: DataType) -> str:
    column = f"{side}.{quote(name)}" if side else quote(name)
    return f"TO_JSON({column})" if has_map(data_type) else column


def same_columns(left: DataFrame, right: DataFrame, own: Collection[str]) -> tuple[str, ...]:
    """Names of the data columns of either, but for `own`; those of `left` first."""
    held = {name.lower() for name in left.columns}
    names = [*left.columns, *(name for name in right.columns if name.lower() not in held)]
    return tuple(name for name in names if not name.startswith(SYSTEM_PREFIX) and name.lower() not in own)


def filled(frame: DataFrame, other: DataFrame, names: Sequence[str]) -> list[str]:
    """SQL of the columns `names` of `frame`, NULL for those that only `other` has."""
    given = {name.lower() for name in frame.columns}
    return [
        quote(name)
        if name.lower() in given
        else f"CAST(NULL AS {other.schema[name].dataType.simpleString()}) AS {quote(name)}"
        for name in names
    ]
