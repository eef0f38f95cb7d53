"""Whether a number meets a condition. Pure."""

from __future__ import annotations

from decimal import Decimal

from quality.dqdl import Condition


def holds(condition: Condition, number: Decimal) -> bool:
    """Whether a numeric condition without functions holds. `between` excludes both ends, as in DQDL."""
    values = [operand.value for operand in condition.operands if isinstance(operand.value, Decimal)]
    if condition.operator.endswith("between"):
        return (values[0] < number < values[1]) is (condition.operator == "between")
    if condition.operator.endswith("in"):
        return (number in values) is (condition.operator == "in")
    return {
        "=": number == values[0],
        "!=": number != values[0],
        ">": number > values[0],
        ">=": number >= values[0],
        "<": number < values[0],
        "<=": number <= values[0],
    }[condition.operator]
