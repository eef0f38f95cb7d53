"""From Deequ's answers to the verdict of a rule. Pure."""

from __future__ import annotations

import math
import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from decimal import Decimal

from quality.answer import REASON_LENGTH, Answer, combined, joined, measuring, unjudged
from quality.dqdl import Rule
from quality.dqdl.types import RULE_TYPES
from quality.dynamic import unresolved
from quality.engines.deequ.questions import counts_good_rows, questions
from quality.holds import holds

_NOTHING_THERE = "Empty state"  # Deequ: the statistic is undefined because there is no value
_OTHER_SCHEMA = re.compile(r"Column counts do not match|[\d.,]+% of columns passed the threshold")
_ABOUT_DATA = ("Value: ", _NOTHING_THERE)
_RATIOS = ("Completeness", "Uniqueness", "UniqueValueRatio", "ReferentialIntegrity", "DatasetMatch")


@dataclass(frozen=True)
class Answers:
    """All there is to know: answers by question, the share of good rows by rule text, the frame's rows."""

    by_question: Mapping[str, Answer]
    shares: Mapping[str, float | None] = field(default_factory=dict)
    rows: int | None = None


def read_answer(outcome: str, reason: str | None, metrics: Mapping[str, float] | None) -> Answer:
    """One row of Deequ's outcomes. Anything but Passed is a failure, and never silently so."""
    lines = tuple(dict.fromkeys((reason or "").splitlines()))
    passed = outcome == "Passed"
    return Answer(
        passed=passed,
        reason="" if passed else ("; ".join(lines) or f"Deequ answered {outcome}")[:REASON_LENGTH],
        metrics={name: value for name, value in (metrics or {}).items() if math.isfinite(value)},
        judged=passed or all(line.startswith(_ABOUT_DATA) or _OTHER_SCHEMA.match(line) for line in lines),
    )


def conclude(rule: Rule, answers: Answers) -> Answer:
    """The verdict on a rule, from its parts where it is a composite."""
    if not rule.parts:
        why = unresolved(rule)
        return unjudged(why) if why else measuring(rule, _leaf(rule, answers))
    return combined([conclude(part, answers) for part in rule.parts], rule.operator)


def _leaf(rule: Rule, answers: Answers) -> Answer:
    if answers.rows == 0 and _needs_rows(rule):
        return Answer(passed=True)
    main, *others = [answers.by_question[question] for question in questions(rule)]
    if rule.rule_type == "ColumnLength" and main.reason.startswith(_NOTHING_THERE):
        main = Answer(passed=True)  # only NULLs: they are judged by the question about completeness
    if counts_good_rows(rule) and main.judged:
        main = _by_share(rule, main, answers.shares[rule.text])
    return joined([main, *others], main.passed and all(answer.passed for answer in others))


def _needs_rows(rule: Rule) -> bool:
    """Rules that say something of every row hold where there are none: a batch of deletes is a good batch.

    A count is a fact about no rows as well, and a mean of no rows is unknown: those keep Deequ's answer.
    """
    return RULE_TYPES[rule.rule_type].row_level or rule.rule_type in _RATIOS


def _by_share(rule: Rule, main: Answer, share: float | None) -> Answer:
    assert rule.threshold is not None
    if share is None:  # no row is in the scope of `where`
        return Answer(passed=True)
    metrics = {**main.metrics, f"Column.{rule.columns[0]}.ColumnValues.GoodRows": share}
    if holds(rule.threshold, Decimal(repr(share))):
        return Answer(passed=True, metrics=metrics)
    reason = f"the share of good rows is {share:.6g}, wanted {rule.threshold.wanted}"
    return Answer(passed=False, reason=reason, metrics=metrics)
