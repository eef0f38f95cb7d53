"""From numbers to answers: the shapes that most rules have. Pure."""

from __future__ import annotations

import math
from collections.abc import Mapping
from decimal import Decimal

from quality.answer import Answer
from quality.dqdl import Condition, Rule
from quality.engines.inline.check import Check, Facts
from quality.engines.inline.frame import Frame
from quality.engines.inline.sql import all_of, count_if, scope
from quality.holds import holds

_ROUNDING = 1e-12  # relative: what adding up binary fractions in any order may change


def number(
    name: str, value: float | None, condition: Condition, *, metric: str = "", rounded: bool = False
) -> Answer:
    """Whether a statistic meets its condition. One that has no value meets none.

    `name` is for people, `metric` Deequ's name of the value. `rounded`: it is a sum of binary fractions, so
    that 0.1 + 0.2 counts as 0.3.
    """
    metrics = {metric: float(value)} if metric and value is not None and math.isfinite(value) else {}
    if value is None or math.isnan(value):
        problem = "it is not a number" if value is not None else "there is no value"
        return Answer(passed=False, reason=f"{name} is unknown: {problem}")
    exact = _meant(value, condition) if rounded else Decimal(repr(value))
    if holds(condition, exact):
        return Answer(passed=True, metrics=metrics)
    return Answer(passed=False, reason=f"{name} is {value:.10g}, wanted {condition.wanted}", metrics=metrics)


def ratio(name: str, part: int, whole: int, condition: Condition, *, metric: str) -> Answer:
    """Whether a share meets its condition; a share of nothing meets every one."""
    if not whole:
        return Answer(passed=True)
    return number(name, part / whole, condition, metric=metric)


def row_rule(rule: Rule, frame: Frame, good: str, metrics: Mapping[str, str], *, share: str = "") -> Check:
    """A rule that holds for a row where the SQL `good` is TRUE.

    metrics: Deequ's name -> aggregate, for the record only. share: its name for the share of good rows.
    """
    judged = scope(rule, frame)
    fails = all_of(judged, f"NOT COALESCE({good}, FALSE)")
    rows, bad = count_if(judged), count_if(fails)

    def conclude(facts: Facts) -> Answer:
        found = {name: facts.values[sql] for name, sql in metrics.items()}
        numbers = {name: value for name, value in found.items() if value is not None and math.isfinite(value)}
        count, failed = facts.count(rows), facts.count(bad)
        if share and count:
            numbers[share] = (count - failed) / count
        return rows_answer(rule, failed, count, numbers)

    return Check(conclude, (rows, bad, *metrics.values()), fails=fails)


def rows_answer(rule: Rule, bad: int, rows: int, metrics: Mapping[str, float]) -> Answer:
    """Whether no row is bad, or few enough of them for the rule's threshold."""
    if rule.threshold is None:
        return Answer(not bad, f"{bad} of {rows} rows fail" if bad else "", metrics)
    if not rows:
        return Answer(passed=True)
    good = (rows - bad) / rows
    found = {**metrics, f"Column.{rule.columns[0]}.{rule.rule_type}.GoodRows": good}
    if holds(rule.threshold, Decimal(repr(good))):
        return Answer(passed=True, metrics=found)
    wanted = f"wanted {rule.threshold.wanted}"
    return Answer(passed=False, reason=f"the share of good rows is {good:.6g}, {wanted}", metrics=found)


def _meant(value: float, condition: Condition) -> Decimal:
    """The operand that the value only misses by rounding, or the value."""
    wanted = [operand.value for operand in condition.operands if isinstance(operand.value, Decimal)]
    near = (one for one in wanted if math.isclose(one, value, rel_tol=_ROUNDING))
    return next(near, Decimal(repr(value)))
