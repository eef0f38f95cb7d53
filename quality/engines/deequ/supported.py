"""What the Deequ engine evaluates. A rule that it would get wrong is refused before anything runs.

Each refusal was found by running the rule on Deequ 2.1.0 for Spark 3.5 or by reading its sources; the
language allows all of them, so another engine may take them.
"""

from __future__ import annotations

from collections.abc import Iterator

from quality.dqdl.model import Rule
from quality.dqdl.types import RULE_NAMES
from quality.engines.refusals import other_data_types, rows_of_sql, several_columns, times_of_day
from quality.engines.support import SUPPORT, Support, why_not

UNSUPPORTED = (
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


def problems(rule: Rule) -> Iterator[tuple[str, str]]:
    """Why it cannot evaluate a well-formed rule, which is no composite: what, and what to do."""
    if rule.measures:
        yield f"Analyzers: {rule.rule_type}", "set `rule_engine: auto` or `inline`"
        return
    if rule.rule_type in UNSUPPORTED:
        yield f"rule type {rule.rule_type}", UNKNOWN.get(rule.rule_type) or why_not(rule.rule_type)
        return
    special = {
        "IsUnique": several_columns,  # the DQDL parser that comes with it takes one
        "Uniqueness": several_columns,
        "ColumnLength": _column_length,
        "ColumnValues": times_of_day,
        "ColumnDataType": other_data_types,
        "CustomSql": rows_of_sql,
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


def _says(name: str) -> str | None:
    if name in UNSUPPORTED or name not in RULE_NAMES:
        return None
    return LIMITS.get(name, "")


SUPPORT.add("deequ", Support(problems, _says))
