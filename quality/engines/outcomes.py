"""What Deequ says of a rule, and in the same words Glue Data Quality, which is built on it. Pure."""

from __future__ import annotations

import math
import re
from collections.abc import Mapping
from typing import TypeGuard

from quality.answer import REASON_LENGTH, Answer
from quality.dqdl import Rule
from quality.dqdl.types import RULE_TYPES

NOTHING_THERE = "Empty state"  # the statistic is undefined because there is no value
_OTHER_SCHEMA = re.compile(r"Column counts do not match|[\d.,]+% of columns passed the threshold")
_ABOUT_DATA = ("Value: ", NOTHING_THERE)
_RATIOS = ("Completeness", "Uniqueness", "UniqueValueRatio", "ReferentialIntegrity", "DatasetMatch")


def read_answer(
    engine: str, outcome: str | None, reason: str | None, metrics: Mapping[str, float | None] | None
) -> Answer:
    """One row of the rules' outcomes. Anything but Passed is a failure, and never silently so."""
    lines = tuple(dict.fromkeys((reason or "").splitlines()))
    passed = outcome == "Passed"
    return Answer(
        passed=passed,
        reason="" if passed else ("; ".join(lines) or f"{engine} answered {outcome}")[:REASON_LENGTH],
        metrics={name: value for name, value in (metrics or {}).items() if _is_number(value)},
        judged=passed or (outcome == "Failed" and all(map(_about_data, lines))),
    )


def _is_number(value: float | None) -> TypeGuard[float]:
    return value is not None and math.isfinite(value)


def _about_data(line: str) -> bool:
    return line.startswith(_ABOUT_DATA) or _OTHER_SCHEMA.match(line) is not None


def needs_rows(rule: Rule) -> bool:
    """Rules that say something of every row hold where there are none: a batch of deletes is a good batch.

    A count is a fact about no rows as well, and a mean of no rows is unknown: those keep the engine's answer.
    """
    return RULE_TYPES[rule.rule_type].row_level or rule.rule_type in _RATIOS
