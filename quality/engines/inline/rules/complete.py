"""Rules about NULL: IsComplete and Completeness."""

from __future__ import annotations

from quality.answer import Answer
from quality.dqdl import Rule
from quality.engines.inline.check import RULES, Check, Facts, RuleKind
from quality.engines.inline.frame import Frame
from quality.engines.inline.judging import ratio, row_rule
from quality.engines.inline.sql import all_of, count_if, scope


def _is_complete(rule: Rule, frame: Frame) -> Check:
    (name,) = rule.columns
    known = f"{frame.column(name).sql} IS NOT NULL"
    return row_rule(rule, frame, known, {}, share=f"Column.{name}.Completeness")


def _completeness(rule: Rule, frame: Frame) -> Check:
    (name,) = rule.columns
    condition, judged = rule.condition, scope(rule, frame)
    assert condition is not None
    rows = count_if(judged)
    known = count_if(all_of(judged, f"{frame.column(name).sql} IS NOT NULL"))

    def conclude(facts: Facts) -> Answer:
        metric = f"Column.{name}.Completeness"
        return ratio("Completeness", facts.count(known), facts.count(rows), condition, metric=metric)

    return Check(conclude, (rows, known))


RULES.add("IsComplete", RuleKind(_is_complete))
RULES.add("Completeness", RuleKind(_completeness))
