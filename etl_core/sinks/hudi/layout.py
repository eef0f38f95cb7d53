"""How the table's own columns are stored: which columns Strata puts beside them, all hidden by `read`.

- `_strata_key` (keyed tables): one text that stands for the row's key. Hudi's own text of several keys, or
  of the empty text, a date or a timestamp, is ambiguous or differs from one write path to another.
- a column for every partition field: Hudi reads a partition column from the path, where the empty text
  is NULL and a date a number.
- `_hoodie_is_deleted` (keyed tables): by which one commit upserts and deletes.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from pyspark.sql import DataFrame
from pyspark.sql.types import (
    ArrayType,
    BinaryType,
    BooleanType,
    DataType,
    IntegerType,
    LongType,
    MapType,
    StringType,
    StructField,
    StructType,
)

from etl_core.names import DELETE, quote
from etl_core.sinks.derived_partitions import derived_field, derived_name, derived_value
from etl_core.sinks.hudi.properties import DELETED, KEY, Properties
from etl_core.sinks.partitioning import parse_partition
from etl_core.sinks.protocol import TargetSpec

HELD = "_strata_held"  # boolean, of staged changes: the table has a row of this key; never stored


def record_key(spec: TargetSpec, schema: StructType) -> str:
    """The column Hudi takes for the key of a new table; "" without keys: Hudi then numbers the rows."""
    if not spec.keys:
        return ""
    if len(spec.keys) == 1:
        field = next(field for field in schema.fields if field.name.lower() == spec.keys[0].lower())
        if isinstance(field.dataType, IntegerType | LongType):
            return field.name
    return KEY


def partition_columns(spec: TargetSpec) -> tuple[str, ...]:
    """Of a new table."""
    return tuple(derived_name(parse_partition(text)) for text in spec.partition_by)


def stored_schema(schema: StructType, key: str, partitions: Sequence[str]) -> StructType:
    """Own columns, all optional, then the hidden ones."""
    fields = [StructField(field.name, field.dataType, True) for field in schema.fields]
    fields += [StructField(name, StringType()) for name in ([KEY] if key == KEY else [])]
    fields += [StructField(name, StringType()) for name in partitions]
    return StructType([*fields, *([StructField(DELETED, BooleanType())] if key else [])])


def stored(properties: Properties, rows: DataFrame, keys: Sequence[str]) -> DataFrame:
    """`rows`, in the table's own columns and perhaps `_strata_delete`, as they are written."""
    schema = StructType([field for field in rows.schema.fields if field.name not in (DELETE, HELD)])
    values = [_optional(field) for field in schema.fields]
    if properties.record_key == KEY:
        types = {field.name.lower(): field.dataType for field in schema.fields}
        values.append(f"{key_text(keys, types)} AS {KEY}")
    for name in properties.partitions:
        values.append(f"{derived_value(derived_field(name), schema)} AS {quote(name)}")
    if properties.record_key:
        deleted = f"nullif({quote(DELETE)}, false)" if DELETE in rows.columns else "CAST(NULL AS BOOLEAN)"
        values.append(f"{deleted} AS {DELETED}")
    return rows.selectExpr(*values)


def _optional(field: StructField) -> str:
    """SQL of the column as one that may be NULL, inside too: the schema of a commit is that of its rows, and
    what it calls required no later batch could leave out."""
    column = quote(field.name)
    nested = isinstance(field.dataType, StructType | ArrayType | MapType)
    value = f"CAST({column} AS {field.dataType.simpleString()})" if nested else column
    return f"CASE WHEN true THEN {value} END AS {column}"


def key_text(keys: Sequence[str], types: Mapping[str, DataType]) -> str:
    """SQL of the keys as a JSON array of texts: no two keys have the same one."""
    texts = [_text(quote(key), types[key.lower()]) for key in keys]
    return f"to_json(array({', '.join(texts)}))"


def _text(column: str, kind: DataType) -> str:
    return f"hex({column})" if isinstance(kind, BinaryType) else f"CAST({column} AS STRING)"
