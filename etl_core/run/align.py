"""Fitting a batch and its table to each other: missing columns are added, narrower types widened."""

from __future__ import annotations

from pyspark.sql import Column, DataFrame
from pyspark.sql import functions as F
from pyspark.sql.types import DataType, StructField, StructType

from etl_core.errors import SinkError
from etl_core.names import DELETE, quote
from etl_core.sinks.protocol import SinkTable


def align(target: SinkTable, rows: DataFrame) -> DataFrame:
    """Create or widen the table, and give the rows its types. Columns the rows lack are the sink's
    business: it writes NULL.

    Raises SinkError when a column's type is not the one the table has.
    """
    stored = StructType([field for field in rows.schema.fields if field.name != DELETE])
    target.create(stored)
    held = {field.name.lower(): field for field in target.schema().fields}
    new = [field for field in stored.fields if field.name.lower() not in held]
    if new:
        target.add_columns(new)
    return rows.select(*[_column(field, held.get(field.name.lower())) for field in rows.schema.fields])


def _column(incoming: StructField, held: StructField | None) -> Column:
    column = F.col(quote(incoming.name))
    if held is None or _same(incoming.dataType, held.dataType):
        return column
    if _widens(incoming.dataType, held.dataType):
        return column.cast(held.dataType).alias(incoming.name)
    raise SinkError(
        f"column {held.name!r} is {held.dataType.simpleString()} in the table, "
        f"but the batch brings {incoming.dataType.simpleString()}",
        hint="give the column its type in the contract's `columns`, or make a new column",
    )


def _same(left: DataType, right: DataType) -> bool:
    """Equal but for nullability, which no format keeps the way Spark reports it."""
    return left.simpleString() == right.simpleString()


WIDER = {
    "tinyint": ("smallint", "int", "bigint"),
    "smallint": ("int", "bigint"),
    "int": ("bigint",),
    "float": ("double",),
}


def _widens(narrow: DataType, wide: DataType) -> bool:
    return wide.simpleString() in WIDER.get(narrow.simpleString(), ())
