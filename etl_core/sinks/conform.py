"""A batch in the columns of its table."""

from __future__ import annotations

from collections.abc import Iterable

from pyspark.sql import Column, DataFrame
from pyspark.sql import functions as F
from pyspark.sql.types import StructField, StructType

from etl_core.errors import SinkError
from etl_core.names import DELETE, quote


def conformed(rows: DataFrame, schema: StructType) -> DataFrame:
    """The columns of `schema` in its order, names and types; those the rows lack are NULL. Others are left
    out."""
    given = {field.name.lower(): field for field in rows.schema.fields}
    return rows.select(*[_column(field, given.get(field.name.lower())) for field in schema.fields])


def refuse_unknown(name: str, rows: DataFrame, columns: Iterable[str]) -> None:
    """Raises SinkError for columns of `rows` that are not among the `columns` of the table `name`."""
    known = {column.lower() for column in columns} | {DELETE}
    unknown = [column for column in rows.columns if column.lower() not in known]
    if unknown:
        raise SinkError(f"{name} has no column {', '.join(unknown)}", hint="add the columns first")


def _column(field: StructField, given: StructField | None) -> Column:
    if given is None:
        return F.lit(None).cast(field.dataType).alias(field.name)
    column = F.col(quote(given.name))
    if given.dataType.simpleString() != field.dataType.simpleString():
        column = column.cast(field.dataType)
    return column if given.name == field.name else column.alias(field.name)
