"""DataFreshness: the age of each value, in hours to two places, at the moment of judging."""

from __future__ import annotations

from decimal import Decimal

from quality.answer import Answer
from quality.dqdl import Condition, Operand, Rule
from quality.engines.inline.check import RULES, Check, Facts, RuleKind
from quality.engines.inline.frame import Frame
from quality.engines.inline.judging import ratio
from quality.engines.inline.sql import all_of, count_if, scope
from quality.engines.inline.times import hours, moment


def _freshness(rule: Rule, frame: Frame) -> Check:
    (name,) = rule.columns
    condition, judged = rule.condition, scope(rule)
    assert condition is not None
    seconds = f"{moment(frame.now)} - CAST(TO_TIMESTAMP({frame.dated(name).sql}) AS BIGINT)"
    age = f"ROUND(({seconds}) / 3600, 2)"
    rows, fresh = count_if(judged), count_if(all_of(judged, f"COALESCE({_holds(age, condition)}, FALSE)"))

    def conclude(facts: Facts) -> Answer:
        metric = f"Column.{name}.DataFreshness.Compliance"
        return ratio("the share of rows", facts.count(fresh), facts.count(rows), _ALL, metric=metric)

    return Check(conclude, (rows, fresh))


def _holds(age: str, condition: Condition) -> str:
    limits = [f"CAST({hours(operand.text)} AS DOUBLE)" for operand in condition.operands]
    operator = condition.operator
    if operator.endswith("between"):
        inside = f"({age} > {limits[0]} AND {age} < {limits[1]})"
        return inside if operator == "between" else f"NOT {inside}"
    if operator.endswith("in"):
        return f"{age} {operator} ({', '.join(limits)})"
    return f"{age} {operator} {limits[0]}"


_ALL = Condition("=", (Operand("number", "1", Decimal(1)),))

RULES.add("DataFreshness", RuleKind(_freshness))
