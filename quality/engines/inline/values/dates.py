"""Dates. A timestamp is compared by its day in the session's time zone, a text by the date it spells."""

from __future__ import annotations

from datetime import datetime

from quality.dqdl import Condition
from quality.engines.inline.frame import Column
from quality.engines.inline.times import day


def date_condition(column: Column, condition: Condition, now: datetime) -> str:
    """TRUE for a good value. Operands are days and, in lists, NULL; a text that is no date is not good."""
    days = [day(operand, now) for operand in condition.operands if operand.text != "NULL"]
    with_null = len(days) < len(condition.operands)
    missing, value, operator = f"{column.sql} IS NULL", f"TO_DATE({column.sql})", condition.operator
    if operator == "between":
        return f"{value} > {days[0]} AND {value} < {days[1]}"
    if operator == "not between":
        return f"{missing} OR {value} <= {days[0]} OR {value} >= {days[1]}"
    if operator.endswith("in"):
        listed = f"{value} {operator} ({', '.join(days)})"
        return f"{missing} OR {listed}" if (operator == "in") is with_null else listed
    found = f"{value} {operator} {days[0]}"
    return f"{missing} OR {found}" if operator == "!=" else found
