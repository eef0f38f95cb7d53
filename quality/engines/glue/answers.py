"""From the outcomes of Glue to the verdict of a rule. Pure.

What is not said does not pass: a rule without an outcome, with two that differ, or with a word for it that is
neither Passed nor Failed, has failed and says so.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import replace

from quality.answer import Answer, measuring, unjudged
from quality.dqdl import Rule
from quality.engines.glue.spelling import Matches, Outcome
from quality.engines.outcomes import needs_rows, read_answer
from quality.measures import condition_metric, threshold_metric

_FEW = 3  # of what Glue said instead


def answers_to(asked: Mapping[int, Rule], matches: Matches) -> dict[int, Answer]:
    """`asked`: resolved rules by their index."""
    return {index: _measured(rule, _answer(matches, index)) for index, rule in asked.items()}


def holds_without_rows(rule: Rule) -> bool:
    """Whether no rows are enough for the rule to hold, whatever Glue says of them."""
    if rule.parts:
        return (all if rule.operator == "and" else any)(map(holds_without_rows, rule.parts))
    return needs_rows(rule)


def row_count(asked: Mapping[int, Rule], answers: Mapping[int, Answer]) -> int | None:
    """How many rows were judged, if a rule counted all of them."""
    counts = [
        answers[index].metrics.get("Dataset.*.RowCount")
        for index, rule in asked.items()
        if rule.rule_type == "RowCount" and not rule.where
    ]
    return next((int(count) for count in counts if count is not None), None)


def _answer(matches: Matches, index: int) -> Answer:
    outcomes = matches.of.get(index, ())
    if not outcomes:
        instead = "".join(f"; it said something of `{text}`" for text in matches.strays[:_FEW])
        return unjudged(f"Glue gave no answer to this rule{instead}")
    if len({outcome.outcome for outcome in outcomes}) > 1:
        words = " and ".join(dict.fromkeys(str(outcome.outcome) for outcome in outcomes))
        return unjudged(f"Glue gave several answers to this rule: {words}")
    return _read(outcomes)


def _read(outcomes: Sequence[Outcome]) -> Answer:
    first = outcomes[0]
    return read_answer("Glue", first.outcome, first.reason, first.metrics)


def _measured(rule: Rule, answer: Answer) -> Answer:
    """With what its metrics are of. Those of a composite are told apart by their names, where they can be."""
    if not rule.parts:
        return measuring(rule, answer)
    names = [(leaf, name) for leaf in rule.leaves() for name in _names(leaf) if name in answer.metrics]
    count = Counter(name for _, name in names)
    found = [
        one
        for leaf, name in names
        if count[name] == 1
        for one in measuring(leaf, Answer(answer.passed, metrics={name: answer.metrics[name]})).measured
    ]
    return replace(answer, measured=tuple(found))


def _names(leaf: Rule) -> set[str]:
    compared = {condition_metric(leaf)} if leaf.condition else set()
    return compared | ({threshold_metric(leaf)} if leaf.threshold else set())
