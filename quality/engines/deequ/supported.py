"""What the Deequ engine evaluates. A rule that it would get wrong is refused before anything runs.

Each refusal was found by running the rule on Deequ 2.1.0 for Spark 3.5 or by reading its sources; the
language allows all of them, so another engine may take them.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from quality.dqdl.comparisons import is_time
from quality.dqdl.conditions import Condition
from quality.dqdl.model import Rule
from quality.engines.support import SUPPORT, Support, why_not

UNSUPPORTED = (
    "ReferentialIntegrity",
    "DatasetMatch",
    "SchemaMatch",
    "AggregateMatch",
    "RowCountMatch",
    "DetectAnomalies",
    "FileFreshness",
    "FileMatch",
    "FileUniqueness",
    "FileSize",
    "Variance",
)
UNKNOWN = {"Variance": "its version of the DQDL parser does not know it; compare StandardDeviation"}
# what it takes of the other types, where that is not all of it
LIMITS = {
    "IsUnique": "one column",
    "Uniqueness": "one column",
    "ColumnLength": "not with `!=`, `not between`, or `not in` with 0",
    "ColumnValues": "no times of day",
    "ColumnDataType": "with `=` and `!=`",
    "CustomSql": "with a condition, without a threshold",
}
ONE_COLUMN = ("IsUnique", "Uniqueness")  # the DQDL parser that comes with it takes no more
DATA_TYPES = ("BOOLEAN", "DATE", "TIMESTAMP", "INTEGER", "DOUBLE", "FLOAT", "LONG")
_DECIMAL = re.compile(r"DECIMAL\(\d+, *\d+\)")


def problems(rule: Rule) -> Iterator[tuple[str, str]]:
    """Why it cannot evaluate a well-formed rule, which is no composite: what, and what to do."""
    if rule.rule_type in UNSUPPORTED:
        yield f"rule type {rule.rule_type}", UNKNOWN.get(rule.rule_type) or why_not(rule.rule_type)
        return
    for condition in (rule.condition, rule.threshold):
        if condition and condition.is_dynamic:
            yield f"`{condition.text}`", "it needs the results of earlier runs; compare with a number"
    if len(rule.parameters) > 1 and rule.rule_type in ONE_COLUMN:
        names = " ".join(f'"{name}"' for name in rule.parameters)
        yield (
            f"{rule.rule_type} of several columns",
            f"write IsPrimaryKey {names}, which allows no NULL",
        )
    special = {
        "ColumnLength": _column_length,
        "ColumnValues": _column_values,
        "ColumnDataType": _column_data_type,
        "CustomSql": _custom_sql,
    }.get(rule.rule_type)
    if special:
        yield from special(rule)


def _column_length(rule: Rule) -> Iterator[tuple[str, str]]:
    condition = rule.condition
    assert condition is not None
    zero = any(operand.value == 0 for operand in condition.operands)
    unsure = condition.operator in ("!=", "not between") or (condition.operator == "not in" and zero)
    if unsure:  # these pass rows that they should fail
        yield (
            f"ColumnLength {condition.text}",
            "write it with >, <, between, in, or not in without 0",
        )


def _column_values(rule: Rule) -> Iterator[tuple[str, str]]:
    condition = rule.condition
    assert condition is not None
    if condition.operator not in ("matches", "not matches") and _has_time(condition):
        yield (
            f"a time of day in `{condition.text}`",
            'compare with a date, "2024-12-31" or (now() - 3 days)',
        )


def _has_time(condition: Condition) -> bool:
    return any(operand.kind == "string" and is_time(str(operand.value)) for operand in condition.operands)


def _column_data_type(rule: Rule) -> Iterator[tuple[str, str]]:
    condition = rule.condition
    assert condition is not None
    value = str(condition.operands[0].value)
    if condition.operator not in ("=", "!="):
        yield f"ColumnDataType {condition.operator}", 'write for example ColumnDataType "name" = "Date"'
    elif value.upper() not in DATA_TYPES and not _DECIMAL.fullmatch(value.upper()):
        yield f"the type {value!r}", f"valid: {', '.join(DATA_TYPES)}, DECIMAL(10,2)"


def _custom_sql(rule: Rule) -> Iterator[tuple[str, str]]:
    if rule.condition is None:
        yield (
            "CustomSql without a condition",
            'compare one number: CustomSql "select count(*) from primary where ..." = 0',
        )
    elif rule.threshold:
        yield "CustomSql with a condition and a threshold", "judge the number itself"


def _says(name: str) -> str | None:
    return None if name in UNSUPPORTED else LIMITS.get(name, "")


SUPPORT.add("deequ", Support(problems, _says))
