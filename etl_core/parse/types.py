"""Spark SQL types, from the text in a contract to Spark's objects, and how one becomes another."""

from __future__ import annotations

from functools import cache
from typing import Literal

from pyspark.errors import ParseException
from pyspark.sql.types import (
    ArrayType,
    AtomicType,
    BooleanType,
    ByteType,
    DataType,
    DateType,
    DecimalType,
    DoubleType,
    FloatType,
    IntegerType,
    LongType,
    MapType,
    NumericType,
    ShortType,
    StringType,
    StructType,
    TimestampNTZType,
    TimestampType,
    _parse_datatype_string,
)

from etl_core.errors import ConfigError

Conversion = Literal["same", "widening", "checked", "impossible"]

_INTEGERS = (ByteType, ShortType, IntegerType, LongType)
_DIGITS = {ByteType: 3, ShortType: 5, IntegerType: 10, LongType: 20}
_TIMES = (DateType, TimestampType, TimestampNTZType)


@cache
def parse_type(text: str) -> DataType:
    """`decimal(12,2)`, `struct<a:int>` as Spark's type; needs a running session.

    Raises ConfigError if it is not one.
    """
    try:
        return _parse_datatype_string(text)
    except ParseException as error:
        raise ConfigError(
            f"{text!r} is not a Spark SQL type", hint="for example int, decimal(12,2), date, array<string>"
        ) from error


def conversion(source: DataType, target: DataType) -> Conversion:
    """What it takes to turn `source` into `target`: nothing, a cast that cannot fail, or one whose
    result must be looked at, row by row. `impossible`: no value converts."""
    if source.simpleString() == target.simpleString():
        return "same"
    if _widens(source, target):
        return "widening"
    return "checked" if _castable(source, target) else "impossible"


def _widens(source: DataType, target: DataType) -> bool:
    if isinstance(target, StringType):
        return isinstance(source, AtomicType)
    if isinstance(source, _INTEGERS) and isinstance(target, _INTEGERS):
        return _INTEGERS.index(type(source)) < _INTEGERS.index(type(target))
    if isinstance(source, _INTEGERS) and isinstance(target, DecimalType):
        return target.precision - target.scale >= _DIGITS[type(source)]
    if isinstance(source, DecimalType) and isinstance(target, DecimalType):
        return (
            target.scale >= source.scale
            and target.precision - target.scale >= source.precision - source.scale
        )
    if isinstance(source, TimestampNTZType):
        return isinstance(target, TimestampType)
    return isinstance(source, FloatType) and isinstance(target, DoubleType)


def _castable(source: DataType, target: DataType) -> bool:
    """What Spark's try_cast accepts, as far as a table can want it."""
    if isinstance(source, StringType):
        return isinstance(target, AtomicType)
    scalars = ((NumericType, BooleanType), _TIMES)
    return any(isinstance(source, kinds) and isinstance(target, kinds) for kinds in scalars) or (
        _castable_nested(source, target)
    )


def _castable_nested(source: DataType, target: DataType) -> bool:
    if isinstance(source, StructType) and isinstance(target, StructType):
        pairs = zip(source, target, strict=False)
        return len(source) == len(target) and all(_fits(a.dataType, b.dataType) for a, b in pairs)
    if isinstance(source, ArrayType) and isinstance(target, ArrayType):
        return _fits(source.elementType, target.elementType)
    if isinstance(source, MapType) and isinstance(target, MapType):
        return _fits(source.keyType, target.keyType) and _fits(source.valueType, target.valueType)
    return False


def _fits(source: DataType, target: DataType) -> bool:
    return conversion(source, target) != "impossible"
