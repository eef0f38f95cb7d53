"""DataFreshness: the age of each value, in hours to two places, at the moment of judging."""

from __future__ import annotations

from decimal import Decimal

from quality.answer import Answer
from quality.dqdl import Condition, Operand, Rule
from quality.engines.inline.check import RULES, Check, Facts, RuleKind
from quality.engines.inline.frame import Frame
from quality.engines.inline.judging import ratio
from quality.engines.inline.sql import all_of, compared, count_if, scope
from quality.engines.inline.times import hours, moment


def _freshness(rule: Rule, frame: Frame) -> Check:
    (name,) = rule.columns
    condition, judged = rule.condition, scope(rule, frame)
    assert condition is not None
    seconds = f"{moment(frame.now)} - CAST(TO_TIMESTAMP({frame.dated(name).sql}) AS BIGINT)"
    age = f"ROUND(({seconds}) / 3600, 2)"
    limits = [f"CAST({hours(operand.text)} AS DOUBLE)" for operand in condition.operands]
    young = f"COALESCE({compared(age, condition, limits)}, FALSE)"
    rows, fresh = count_if(judged), count_if(all_of(judged, young))

    def conclude(facts: Facts) -> Answer:
        metric = f"Column.{name}.DataFreshness.Compliance"
        return ratio("the share of rows", facts.count(fresh), facts.count(rows), _ALL, metric=metric)

    return Check(conclude, (rows, fresh))


_ALL = Condition("=", (Operand("number", "1", Decimal(1)),))

RULES.add("DataFreshness", RuleKind(_freshness))
