"""Numbers about columns, over the population: Mean, Sum, StandardDeviation, Variance, ColumnCorrelation."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial

from quality.answer import Answer
from quality.dqdl import Rule
from quality.engines.inline.check import RULES, Check, Facts, RuleKind
from quality.engines.inline.frame import Frame
from quality.engines.inline.judging import number
from quality.engines.inline.sql import count_if, double, exact, scope, within

Aggregate = Callable[[str], str]


def _statistic(aggregate: Aggregate, rule: Rule, frame: Frame) -> Check:
    (name,) = rule.columns
    value = within(double(frame.number(name)), scope(rule, frame))
    return _number(rule, frame, f"Column.{name}.{rule.rule_type}", f"CAST({aggregate(value)} AS DOUBLE)")


def _sum(rule: Rule, frame: Frame) -> Check:
    """Whole and decimal numbers are added exactly: in binary, 0.1 + 0.2 is not 0.3."""
    (name,) = rule.columns
    total = f"SUM({within(exact(frame.number(name)), scope(rule, frame))})"
    return _number(rule, frame, f"Column.{name}.Sum", f"CAST({total} AS DOUBLE)")


def _correlation(rule: Rule, frame: Frame) -> Check:
    first, second = (within(double(frame.number(name)), scope(rule, frame)) for name in rule.parameters)
    metric = f"Multicolumn.{','.join(rule.parameters)}.ColumnCorrelation"
    return _number(rule, frame, metric, f"CORR({first}, {second})")


def _number(rule: Rule, frame: Frame, metric: str, sql: str) -> Check:
    condition, rows = rule.condition, count_if(scope(rule, frame))
    assert condition is not None

    def conclude(facts: Facts) -> Answer:
        if rule.where and not facts.count(rows):
            return Answer(passed=True)
        return number(rule.rule_type, facts.values[sql], condition, metric=metric, rounded=True)

    return Check(conclude, (rows, sql))


RULES.add("Mean", RuleKind(partial(_statistic, "AVG({})".format)))
RULES.add("StandardDeviation", RuleKind(partial(_statistic, "STDDEV_POP({})".format)))
RULES.add("Variance", RuleKind(partial(_statistic, "VAR_POP({})".format)))
RULES.add("Sum", RuleKind(_sum))
RULES.add("ColumnCorrelation", RuleKind(_correlation))
