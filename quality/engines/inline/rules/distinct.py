"""Rules about how many different values there are: DistinctValuesCount and Entropy."""

from __future__ import annotations

import math

from quality.answer import Answer
from quality.dqdl import Rule
from quality.engines.inline.check import RULES, Check, Facts, Grouping, RuleKind
from quality.engines.inline.frame import Frame
from quality.engines.inline.judging import number
from quality.engines.inline.sql import scope


def _distinct_values(rule: Rule, frame: Frame) -> Check:
    """NULL counts as one value, as it does for Deequ."""
    (name,) = rule.columns
    grouping, condition = Grouping((frame.simple(name).sql,), scope(rule, frame)), rule.condition
    assert condition is not None

    def conclude(facts: Facts) -> Answer:
        found = facts.groups[grouping]
        count = found.distinct + bool(found.nulls)
        metric = f"Column.{name}.DistinctValuesCount"
        return number("the number of different values", count, condition, metric=metric)

    return Check(conclude, groupings=(grouping,))


def _entropy(rule: Rule, frame: Frame) -> Check:
    """-sum(p ln p) over the values that are not NULL, in nats: ln N - sum(n ln n) / N."""
    (name,) = rule.columns
    grouping, condition = Grouping((frame.simple(name).sql,), scope(rule, frame)), rule.condition
    assert condition is not None

    def conclude(facts: Facts) -> Answer:
        found = facts.groups[grouping]
        if rule.where and not found.rows + found.nulls:
            return Answer(passed=True)
        value = math.log(found.rows) - found.n_log_n / found.rows if found.rows else None
        return number("Entropy", value, condition, metric=f"Column.{name}.Entropy", rounded=True)

    return Check(conclude, groupings=(grouping,))


RULES.add("DistinctValuesCount", RuleKind(_distinct_values))
RULES.add("Entropy", RuleKind(_entropy))
