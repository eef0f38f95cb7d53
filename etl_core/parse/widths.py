"""How a column that arrives relates to the one the table has, and how its values are made to fit."""

from __future__ import annotations

from typing import Literal

from pyspark.sql import Column
from pyspark.sql import functions as F
from pyspark.sql.types import (
    BinaryType,
    ByteType,
    DataType,
    DecimalType,
    DoubleType,
    FloatType,
    IntegerType,
    LongType,
    ShortType,
    StringType,
    StructType,
)

from etl_core.parse.types import conversion

# wider: the table could take it if its column were widened; narrower: every value has a place in it.
Relation = Literal["same", "narrower", "wider", "other"]

_INTEGERS = (ByteType, ShortType, IntegerType, LongType)


def relation(incoming: DataType, held: DataType) -> Relation:
    """Nullability, which no format keeps the way Spark reports it, makes no difference."""
    if incoming.simpleString() == held.simpleString():
        return "same"
    if isinstance(incoming, StructType) and isinstance(held, StructType):
        return "narrower" if _within(incoming, held) else "other"
    if isinstance(incoming, BinaryType):
        return "other"
    if conversion(incoming, held) == "widening" or _exact_in(incoming, held):
        return "narrower"
    return "wider" if widens(held, incoming) else "other"


def widens(held: DataType, incoming: DataType) -> bool:
    """What tables can do in place: integers, float to double, a decimal with more digits before the point
    (Iceberg specification, "Schema evolution"; the other formats do no less)."""
    if isinstance(held, _INTEGERS) and isinstance(incoming, _INTEGERS):
        return _INTEGERS.index(type(held)) < _INTEGERS.index(type(incoming))
    if isinstance(held, DecimalType) and isinstance(incoming, DecimalType):
        return held.scale == incoming.scale and held.precision < incoming.precision
    return isinstance(held, FloatType) and isinstance(incoming, DoubleType)


def _exact_in(incoming: DataType, held: DataType) -> bool:
    """A double holds every integer of up to 53 bits."""
    return isinstance(incoming, ByteType | ShortType | IntegerType) and isinstance(held, DoubleType)


def as_text(incoming: DataType, held: DataType) -> bool:
    """The table keeps as text what has another type now."""
    return isinstance(held, StringType) and not isinstance(incoming, StringType)


def fitted(column: Column, incoming: DataType, held: DataType) -> Column:
    """A `narrower` value in the table's type; a field that its struct lacks is NULL."""
    if not isinstance(incoming, StructType) or not isinstance(held, StructType):
        return column.cast(held)
    given = {field.name.lower(): field for field in incoming}
    fields = []
    for field in held:
        mine = given.get(field.name.lower())
        value = F.lit(None).cast(field.dataType)
        if mine is not None:
            value = fitted(column.getField(mine.name), mine.dataType, field.dataType)
        fields.append(value.alias(field.name))
    return F.when(column.isNotNull(), F.struct(*fields))


def _within(incoming: StructType, held: StructType) -> bool:
    """The table's struct has every field, in whatever order, in a type that takes it."""
    types = {field.name.lower(): field.dataType for field in held}
    return all(
        field.name.lower() in types
        and relation(field.dataType, types[field.name.lower()]) in ("same", "narrower")
        for field in incoming
    )
