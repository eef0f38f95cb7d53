"""Pieces of SQL that the rule types share. Pure: values become literals, names are quoted."""

from __future__ import annotations

from collections.abc import Sequence
from decimal import Decimal

from quality.dqdl import Condition, Rule
from quality.engines.inline.frame import Column, Frame

_MOST_DIGITS = 38
_LONG = 2**63


def scope(rule: Rule, frame: Frame) -> str:
    """Which rows of the frame `rule` judges: TRUE or FALSE; empty where it judges all. A comment ends with
    `where`."""
    where = f"COALESCE(({rule.where}\n), FALSE)" if rule.where else ""
    return all_of(frame.only, where) if frame.only else where


def all_of(*conditions: str) -> str:
    return " AND ".join(f"({one})" for one in conditions if one) or "TRUE"


def count_if(condition: str) -> str:
    return f"COUNT_IF({condition})" if condition else "COUNT(1)"


def within(value: str, condition: str) -> str:
    """`value`, NULL where the condition does not hold."""
    return f"CASE WHEN {condition} THEN {value} END" if condition else value


def compared(value: str, condition: Condition, literals: Sequence[str]) -> str:
    """A condition on numbers over SQL that is not NULL, with its operands as `literals`; `between` excludes
    both ends."""
    operator = condition.operator
    if operator.endswith("between"):
        inside = f"({value} > {literals[0]} AND {value} < {literals[1]})"
        return inside if operator == "between" else f"NOT {inside}"
    if operator.endswith("in"):
        return f"{value} {operator} ({', '.join(literals)})"
    return f"{value} {operator} {literals[0]}"


def double(column: Column) -> str:
    return column.sql if column.type == "double" else f"CAST({column.sql} AS DOUBLE)"


def exact(column: Column) -> str:
    """A number to add up: whole and decimal ones without rounding."""
    if not column.digits:
        return double(column)
    return column.sql if column.digits[1] else f"CAST({column.sql} AS DECIMAL(38,0))"


def shown(column: Column) -> str:
    """A number as a double. Of a float the one that is written alike: 0.1 is 0.1, not 0.10000000149."""
    return f"CAST(CAST({column.sql} AS STRING) AS DOUBLE)" if column.type == "float" else double(column)


def comparable(column: Column, values: Sequence[Decimal]) -> tuple[str, list[str]]:
    """A number column and literals, compared exactly as far as types allow; else as doubles."""
    digits = column.digits
    whole = all(value == value.to_integral_value() and -_LONG <= value < _LONG for value in values)
    if digits and not digits[1] and whole:
        return column.sql, [f"{int(value)}L" if value > -_LONG else f"{int(value)}BD" for value in values]
    if digits:
        before = max([digits[0], *(_before_point(value) for value in values)])
        behind = max([digits[1], *(_behind_point(value) for value in values)])
        if before + behind <= _MOST_DIGITS:
            return column.sql, [f"{value:f}BD" for value in values]
    return shown(column), [f"CAST('{value}' AS DOUBLE)" for value in values]


def _before_point(value: Decimal) -> int:
    return max(value.adjusted() + 1, 1)


def _behind_point(value: Decimal) -> int:
    exponent = value.as_tuple().exponent
    return max(-exponent, 0) if isinstance(exponent, int) else 0
