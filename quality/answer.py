"""What an engine found out about one rule. Pure."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Literal

from etl_core.state.models import Measured, Verdict
from quality.dqdl import Rule
from quality.measures import subject

REASON_LENGTH = 500


@dataclass(frozen=True)
class Answer:
    """What is known of one question or rule. `judged`: False where it failed, but not because of the data.
    measured: the metrics once more, with what they are of, for a rule and the parts of a composite."""

    passed: bool
    reason: str = ""
    metrics: Mapping[str, float] = field(default_factory=dict)
    judged: bool = True
    measured: tuple[Measured, ...] = ()


def unjudged(reason: str) -> Answer:
    """A rule that could not be evaluated has failed."""
    return Answer(passed=False, reason=reason[:REASON_LENGTH], judged=False)


def measuring(rule: Rule, answer: Answer) -> Answer:
    """The answer to `rule`, which is no composite, with what its metrics are of, unless it says so itself."""
    if answer.measured:
        return answer
    column = ",".join(rule.columns)
    found = tuple(
        Measured(of=subject(rule, name), rule_type=rule.rule_type, metric=name, column=column, value=value)
        for name, value in answer.metrics.items()
    )
    return replace(answer, measured=found)


def combined(parts: Sequence[Answer], operator: Literal["", "and", "or"]) -> Answer:
    """The answer to a composite from those to its parts."""
    passed = (all if operator == "and" else any)(part.passed for part in parts)
    return joined(parts, passed)


def joined(parts: Sequence[Answer], passed: bool) -> Answer:
    reasons = dict.fromkeys(part.reason for part in parts if part.reason)
    return Answer(
        passed=passed,
        reason="" if passed else "; ".join(reasons)[:REASON_LENGTH],
        metrics={name: value for part in parts for name, value in part.metrics.items()},
        judged=passed or all(part.judged for part in parts),
        measured=tuple(dict.fromkeys(one for part in parts for one in part.measured)),
    )


def verdict(rule: Rule, answer: Answer, rows: int | None = None) -> Verdict:
    """`rows`: how many were judged."""
    return Verdict(
        rule=rule.text,
        outcome="passed" if answer.passed else "failed",
        reason=answer.reason,
        metrics=dict(answer.metrics),
        measured=answer.measured,
        rows=rows,
    )
