"""Which schema JSON records are read with: what the contract declares, and text for all else."""

from __future__ import annotations

from collections.abc import Iterable

from pyspark.sql.types import AtomicType, DataType, DecimalType, StringType, StructField, StructType

from etl_core.config.models.columns import Column
from etl_core.parse.types import parse_type

_Tree = dict[str, "DataType | _Tree"]


def read_schema(columns: Iterable[Column], keys: Iterable[str], *, exact: bool = False) -> StructType:
    """`keys` are the top-level names found in the data.

    A scalar is read as text, so that the parse stage can say which value does not fit; a struct,
    array or map is read as declared. `source: "Address.City"` asks for a struct Address with the
    text City. Other keys become columns of text. Where the data spells a name in another case, the
    data's spelling is used: JSON names have a case.

    `exact` reads decimals at the top level as decimals: Spark makes a double of a number before it
    makes text of it.
    """
    found = tuple(keys)
    by_lower = {key.lower(): key for key in found}
    tree: _Tree = {}
    for column in columns:
        path = (column.source or column.name).split(".")
        top = path[0] if path[0] in found else by_lower.get(path[0].lower(), path[0])
        _insert(tree, [top, *path[1:]], _read_type(column, exact and len(path) == 1))
    for key in found:
        tree.setdefault(key, StringType())
    return _struct(tree)


def _read_type(column: Column, exact: bool) -> DataType:
    declared = parse_type(column.type)
    as_declared = not isinstance(declared, AtomicType) or (exact and isinstance(declared, DecimalType))
    return declared if as_declared else StringType()


def _insert(tree: _Tree, path: list[str], leaf: DataType) -> None:
    """A struct declared as a whole wins over reaching into it: it has the field already."""
    head, rest = path[0], path[1:]
    if not rest:
        tree[head] = leaf
        return
    branch = tree.setdefault(head, {})
    if isinstance(branch, dict):
        _insert(branch, rest, leaf)


def _struct(tree: _Tree) -> StructType:
    return StructType(
        [StructField(name, _struct(node) if isinstance(node, dict) else node) for name, node in tree.items()]
    )
