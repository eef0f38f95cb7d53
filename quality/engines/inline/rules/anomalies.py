"""DetectAnomalies: the numbers of another rule type against those of earlier runs."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from quality.anomalies import expected
from quality.answer import Answer
from quality.dqdl import Rule
from quality.engines.inline.check import RULES, Check, Facts, RuleKind
from quality.engines.inline.frame import Frame
from quality.engines.inline.unconditional import OF_ROWS, unconditional
from quality.engines.refusals import UnjudgeableError
from quality.measures import followed, subject


def _detect(rule: Rule, frame: Frame) -> Check:
    if frame.earlier.problem:
        raise UnjudgeableError(frame.earlier.problem)
    inner = unconditional(followed(rule), frame)
    check = RULES.get(inner.rule_type).compile(inner, frame)

    def conclude(facts: Facts) -> Answer:
        found = check.conclude(facts)
        if not found.metrics:  # no rows, or a statistic without a value
            return found if inner.rule_type not in OF_ROWS else Answer(passed=True)
        odd = [_odd(name, value, _results(rule, name, frame)) for name, value in found.metrics.items()]
        return Answer(not any(odd), "; ".join(filter(None, odd)), found.metrics)

    return replace(check, conclude=conclude, fails="")


def _results(rule: Rule, metric: str, frame: Frame) -> Sequence[float]:
    return frame.earlier.results.get((subject(rule, metric), metric), ())


def _odd(metric: str, value: float, results: Sequence[float]) -> str:
    """What is odd about the value; empty if nothing is, or nothing is known yet."""
    usual = expected(results)
    if usual is None or usual.holds(value):
        return ""
    wanted = f"{usual.low:.6g} to {usual.high:.6g} was expected from {usual.results} earlier results"
    return f"{metric} is {value:.10g}; {wanted}"


RULES.add("DetectAnomalies", RuleKind(_detect))
