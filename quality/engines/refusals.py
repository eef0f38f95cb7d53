"""What no engine evaluates of a well-formed rule, each time: what it is, and what to do. Without Spark."""

from __future__ import annotations

import re
from collections.abc import Iterator

from quality.dqdl import Rule
from quality.dqdl.comparisons import is_time

Refusal = tuple[str, str]
DATA_TYPES = ("BOOLEAN", "DATE", "TIMESTAMP", "INTEGER", "DOUBLE", "FLOAT", "LONG")
_DECIMAL = re.compile(r"DECIMAL\(\d+, *\d+\)")


class UnjudgeableError(Exception):
    """Why a rule cannot be evaluated on the rows there are."""


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


def other_data_types(rule: Rule) -> Iterator[Refusal]:
    """Of ColumnDataType: conditions and types that Deequ, and what is built on it, does not know."""
    condition = rule.condition
    assert condition is not None
    value = str(condition.operands[0].value)
    if condition.operator not in ("=", "!="):
        yield f"ColumnDataType {condition.operator}", 'write for example ColumnDataType "name" = "Date"'
    elif value.upper() not in DATA_TYPES and not _DECIMAL.fullmatch(value.upper()):
        yield f"the type {value!r}", f"valid: {', '.join(DATA_TYPES)}, DECIMAL(10,2)"


def several_columns(rule: Rule) -> Iterator[Refusal]:
    """Of IsUnique and Uniqueness: the AWS reference, and the parser in Deequ, have one column."""
    if len(rule.parameters) > 1:
        names = " ".join(f'"{name}"' for name in rule.parameters)
        yield f"{rule.rule_type} of several columns", f"write IsPrimaryKey {names}, which allows no NULL"
