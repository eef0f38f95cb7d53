"""How a table's columns are stored: hidden ones that partition it, and names that Parquet cannot hold.

Delta partitions by columns only, and takes the empty text of a partition column for NULL. So every
transform, and every column that is more than a number or a date, is stored once more as a generated column
that Delta fills in itself, in every write and MERGE; `read` hides it. A condition on the column itself
still skips files, by the bounds that Delta keeps for each.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from pyspark.sql.types import (
    ArrayType,
    BooleanType,
    DataType,
    DateType,
    DecimalType,
    IntegralType,
    MapType,
    StringType,
    StructField,
    StructType,
)

from etl_core.sinks.delta.names import GENERATED, NOT_IN_PARQUET, is_hidden
from etl_core.sinks.derived_partitions import derived_name, derived_value
from etl_core.sinks.partitioning import PartitionField, parse_partition

MAPPING = "delta.columnMapping.mode"
_PLAIN = (BooleanType, IntegralType, DateType, DecimalType)  # whose text in a path is their value


def stored_columns(
    schema: StructType, partition_by: Sequence[str], comments: dict[str, str]
) -> tuple[StructType, list[str]]:
    """The columns of a new table, and which of them partition it. All are nullable: a contract's
    `nullable: false` quarantines the row."""
    fields = [_field(f.name, f.dataType, comments.get(f.name, "")) for f in schema.fields]
    partitions = []
    for partition in map(parse_partition, partition_by):
        column = _find(schema, partition.column)
        if partition.transform == "identity" and isinstance(column.dataType, _PLAIN):
            partitions.append(column.name)
        else:
            fields.append(_generated(partition, schema))
            partitions.append(derived_name(partition))
    return StructType(fields), partitions


def hidden_columns(schema: StructType) -> set[str]:
    return {field.name for field in schema.fields if is_hidden(field.jsonValue())}


def plain_field(field: StructField) -> StructField:
    """Without what Delta keeps in a field's metadata for itself."""
    kept = {key: value for key, value in field.metadata.items() if not key.startswith("delta.")}
    return StructField(field.name, field.dataType, field.nullable, kept)


def needs_mapping(fields: Iterable[StructField]) -> bool:
    """Whether a name has characters that Delta does not write into Parquet files, so that columns need
    names of their own there (column mapping)."""
    return any(set(name) & set(NOT_IN_PARQUET) for name in _names(StructType(list(fields))))


def _field(name: str, kind: DataType, comment: str) -> StructField:
    return StructField(name, _nullable(kind), True, {"comment": comment} if comment else {})


def _nullable(kind: DataType) -> DataType:
    """Inside, too: Delta refuses a batch in which more can be NULL than in the table's structs."""
    if isinstance(kind, StructType):
        fields = [StructField(f.name, _nullable(f.dataType), True, f.metadata) for f in kind.fields]
        return StructType(fields)
    if isinstance(kind, ArrayType):
        return ArrayType(_nullable(kind.elementType), True)
    if isinstance(kind, MapType):
        return MapType(kind.keyType, _nullable(kind.valueType), True)
    return kind


def _generated(partition: PartitionField, schema: StructType) -> StructField:
    expression = derived_value(partition, schema)
    return StructField(derived_name(partition), StringType(), True, {GENERATED: expression})


def _find(schema: StructType, column: str) -> StructField:
    return next(field for field in schema.fields if field.name.lower() == column.lower())


def _names(kind: DataType) -> Iterable[str]:
    """Of all fields, nested ones too."""
    if isinstance(kind, StructType):
        for field in kind.fields:
            yield field.name
            yield from _names(field.dataType)
    elif isinstance(kind, ArrayType):
        yield from _names(kind.elementType)
    elif isinstance(kind, MapType):
        yield from _names(kind.keyType)
        yield from _names(kind.valueType)
