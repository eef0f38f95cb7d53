"""Numbers. NULL and NaN fulfil no comparison but `!=` and `not in`; `not between` takes a NaN, not a NULL."""

from __future__ import annotations

from decimal import Decimal

from quality.dqdl import Condition
from quality.engines.inline.frame import Column
from quality.engines.inline.sql import comparable


def number_condition(column: Column, condition: Condition) -> str:
    """TRUE for a good value. Operands are numbers and, in lists, NULL."""
    numbers = [operand.value for operand in condition.operands if isinstance(operand.value, Decimal)]
    value, literals = comparable(column, numbers)
    if condition.operator.endswith("in"):
        return _listed(value, literals, condition, with_null=len(numbers) < len(condition.operands))
    if condition.operator == "between":
        return f"{value} > {literals[0]} AND {value} < {literals[1]}"
    if condition.operator == "not between":
        return f"{value} <= {literals[0]} OR {value} >= {literals[1]}"
    if condition.operator == "!=":
        return f"{value} IS NULL OR {value} != {literals[0]}"
    found = f"{value} {condition.operator} {literals[0]}"
    # to Spark, NaN is greater than every number
    return f"{found} AND NOT ISNAN({value})" if column.fractional and ">" in condition.operator else found


def _listed(value: str, literals: list[str], condition: Condition, *, with_null: bool) -> str:
    listed = f"{value} {condition.operator} ({', '.join(literals)})"
    if (condition.operator == "in") is with_null:
        return f"{value} IS NULL OR {listed}"
    return listed
