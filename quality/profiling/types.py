"""The type that a column of texts should have, from what its values look like. Pure."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from quality.profiling.model import ColumnProfile

_INT = 2**31
_BIGINT_DIGITS = 18
_DECIMAL_DIGITS = 38
_NUMBERS = ("int", "decimal")
# type -> readings that are values of it; the narrower type first
_FITTING: tuple[tuple[str, tuple[str, ...]], ...] = (
    ("boolean", ("boolean",)),
    ("int", ("int",)),
    ("decimal", _NUMBERS),
    ("double", (*_NUMBERS, "double")),
    ("date", ("date",)),
    ("timestamp", ("date", "timestamp")),
)


@dataclass(frozen=True)
class TypeFound:
    """A Spark SQL type; of `values` rows with a value `fitting` are of it."""

    type: str
    fitting: int
    values: int


def type_of(column: ColumnProfile, support: float) -> TypeFound:
    """The narrowest type that at least the share `support` of the values fit; else the type they have.

    Texts with leading zeros stay texts: as numbers they would lose them.
    """
    whole = TypeFound(column.type, column.values, column.values)
    if column.kind != "text" or not column.values:
        return whole
    for name, readings in _FITTING:
        fitting = _count(column, readings)
        padded = column.leading_zeros and "int" in readings
        if padded or fitting < support * column.values:
            continue
        found = _exact(name, column)
        if found:
            return TypeFound(found, fitting, column.values)
    return whole


def _exact(name: str, column: ColumnProfile) -> str:
    """With the size that all values fit into; "" if there is none."""
    if name == "int":
        if column.whole > _BIGINT_DIGITS:
            return ""
        low, high = column.low or 0, column.high or 0
        return "int" if -_INT <= low <= high < _INT else "bigint"
    if name == "decimal":
        digits = column.whole + column.fraction
        return f"decimal({max(digits, 1)},{column.fraction})" if digits <= _DECIMAL_DIGITS else ""
    return name


def _count(column: ColumnProfile, readings: Iterable[str]) -> int:
    return sum(column.reads_as.get(reading, 0) for reading in readings)
