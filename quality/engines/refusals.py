"""What no engine evaluates of a well-formed rule, each time: what it is, and what to do. Without Spark."""

from __future__ import annotations

from collections.abc import Iterator

from quality.dqdl import Rule
from quality.dqdl.comparisons import is_time

Refusal = tuple[str, str]


def times_of_day(rule: Rule) -> Iterator[Refusal]:
    """Of ColumnValues: dates are compared by day."""
    condition = rule.condition
    assert condition is not None
    if condition.operator.endswith("matches"):
        return
    if any(operand.kind == "string" and is_time(str(operand.value)) for operand in condition.operands):
        yield (
            f"a time of day in `{condition.text}`",
            'compare with a date, "2024-12-31" or (now() - 3 days)',
        )


def rows_of_sql(rule: Rule) -> Iterator[Refusal]:
    """Of CustomSql: it gives one number, not rows."""
    if rule.condition is None:
        yield (
            "CustomSql without a condition",
            'compare one number: CustomSql "select count(*) from primary where ..." = 0',
        )
    elif rule.threshold:
        yield "CustomSql with a condition and a threshold", "judge the number itself"
