"""From Deequ's answers to the verdict of a rule. Pure."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from decimal import Decimal

from quality.answer import Answer, combined, joined, measuring, unjudged
from quality.dqdl import Rule
from quality.engines.deequ.questions import counts_good_rows, questions
from quality.engines.outcomes import NOTHING_THERE, needs_rows
from quality.holds import holds


@dataclass(frozen=True)
class Answers:
    """All there is to know: answers by question, the share of good rows by rule text, the frame's rows, and
    by rule text why a rule was not asked."""

    by_question: Mapping[str, Answer]
    shares: Mapping[str, float | None] = field(default_factory=dict)
    rows: int | None = None
    unasked: Mapping[str, str] = field(default_factory=dict)


def conclude(rule: Rule, answers: Answers) -> Answer:
    """The verdict on a rule, from its parts where it is a composite."""
    if not rule.parts:
        why = answers.unasked.get(rule.text)
        return unjudged(why) if why else measuring(rule, _leaf(rule, answers))
    return combined([conclude(part, answers) for part in rule.parts], rule.operator)


def _leaf(rule: Rule, answers: Answers) -> Answer:
    if answers.rows == 0 and needs_rows(rule):
        return Answer(passed=True)
    main, *others = [answers.by_question[question] for question in questions(rule)]
    if rule.rule_type == "ColumnLength" and main.reason.startswith(NOTHING_THERE):
        main = Answer(passed=True)  # only NULLs: they are judged by the question about completeness
    if counts_good_rows(rule) and main.judged:
        main = _by_share(rule, main, answers.shares[rule.text])
    return joined([main, *others], main.passed and all(answer.passed for answer in others))


def _by_share(rule: Rule, main: Answer, share: float | None) -> Answer:
    assert rule.threshold is not None
    if share is None:  # no row is in the scope of `where`
        return Answer(passed=True)
    metrics = {**main.metrics, f"Column.{rule.columns[0]}.ColumnValues.GoodRows": share}
    if holds(rule.threshold, Decimal(repr(share))):
        return Answer(passed=True, metrics=metrics)
    reason = f"the share of good rows is {share:.6g}, wanted {rule.threshold.wanted}"
    return Answer(passed=False, reason=reason, metrics=metrics)
