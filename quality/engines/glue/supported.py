"""What the Glue engine evaluates: what the AWS reference has, as far as Strata can read the answers.

Glue takes more: analyzers, whose numbers do not come back to the job, and DetectAnomalies, which would learn
from batches that were never published.
"""

from __future__ import annotations

from collections.abc import Iterator

from quality.dqdl.model import Rule
from quality.dqdl.types import RULE_NAMES
from quality.engines.refusals import (
    Refusal,
    other_data_types,
    rows_of_sql,
    several_columns,
    times_of_day,
)
from quality.engines.support import SUPPORT, Support, why_not

UNSUPPORTED = ("DetectAnomalies", "FileFreshness", "FileMatch", "FileSize", "FileUniqueness", "Variance")
_WHY_NOT = {"Variance": "the AWS reference does not have it; compare StandardDeviation"}
LIMITS = {
    "IsUnique": "one column",
    "Uniqueness": "one column",
    "ColumnValues": "no times of day",
    "ColumnDataType": "with `=` and `!=`",
    "CustomSql": "with a condition, without a threshold",
}
_SPECIAL = {
    "IsUnique": several_columns,
    "Uniqueness": several_columns,
    "ColumnValues": times_of_day,
    "ColumnDataType": other_data_types,
    "CustomSql": rows_of_sql,
}


def problems(rule: Rule) -> Iterator[Refusal]:
    """Why it cannot evaluate a well-formed rule, which is no composite: what, and what to do."""
    if rule.measures:
        yield f"Analyzers: {rule.rule_type}", "set `rule_engine: auto` or `inline`"
    elif rule.rule_type in UNSUPPORTED:
        yield f"rule type {rule.rule_type}", _WHY_NOT.get(rule.rule_type) or why_not(rule.rule_type)
    elif special := _SPECIAL.get(rule.rule_type):
        yield from special(rule)


def _says(name: str) -> str | None:
    if name in UNSUPPORTED or name not in RULE_NAMES:
        return None
    return LIMITS.get(name, "")


SUPPORT.add("glue", Support(problems, _says, composites_by_row=True))
