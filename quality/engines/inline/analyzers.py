"""Analyzers: the numbers of rule types, gathered in the passes that rules make, without a judgement.

AllStatistics of a column is what the rule type reference lists: RowCount, Completeness and Uniqueness, of
texts ColumnLength, of numbers ColumnValues as well.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import replace
from itertools import chain
from typing import TypeVar

from quality.answer import Answer, joined, measuring
from quality.dqdl import Rule
from quality.dqdl.model import ALL_COLUMNS
from quality.dqdl.types import RULE_TYPES
from quality.engines.inline.check import Check, Facts
from quality.engines.inline.frame import Frame
from quality.engines.inline.rules import load
from quality.engines.inline.unconditional import unconditional
from quality.engines.refusals import Refusal

T = TypeVar("T")
_BY_FAMILY = {"text": ("ColumnLength",), "number": ("ColumnValues",)}


def analyzer_problems(rule: Rule) -> Iterator[Refusal]:
    """Why an analyzer is not evaluated: what, and what to do."""
    if rule.rule_type == "Distribution":
        yield "the analyzer Distribution", "`strata profile` shows how values are distributed"


def analyzed(rule: Rule, frame: Frame) -> Check:
    """It holds whatever is found. Raises UnjudgeableError for a frame that it does not fit."""
    checks = [(one, _check(one, frame)) for one in _asked(rule, frame)]

    def conclude(facts: Facts) -> Answer:
        found = [measuring(one, replace(check.conclude(facts), reason="")) for one, check in checks]
        return joined(found, passed=True)

    return Check(
        conclude,
        _all(check.aggregates for _, check in checks),
        _all(check.groupings for _, check in checks),
        _all(check.queries for _, check in checks),
    )


def _check(rule: Rule, frame: Frame) -> Check:
    asked = unconditional(rule, frame)
    return load().get(asked.rule_type).compile(asked, frame)


def _asked(rule: Rule, frame: Frame) -> Iterator[Rule]:
    """Analyzers of one rule type and one set of columns each."""
    of_all = rule.parameters == (ALL_COLUMNS,)
    if rule.rule_type == "AllStatistics":
        yield Rule("RowCount")
        for name in frame.columns if of_all else rule.parameters:
            yield from _statistics(name, frame)
    elif of_all:
        fitting = RULE_TYPES[rule.rule_type].column_types
        for name in frame.columns:
            if not fitting or frame.column(name).family in fitting:
                yield Rule(rule.rule_type, (name,))
    else:
        yield Rule(rule.rule_type, rule.parameters)


def _statistics(name: str, frame: Frame) -> Iterator[Rule]:
    family = frame.column(name).family
    kinds = ("Completeness", *(() if family == "nested" else ("Uniqueness",)), *_BY_FAMILY.get(family, ()))
    yield from (Rule(kind, (name,)) for kind in kinds)


def _all(questions: Iterable[Iterable[T]]) -> tuple[T, ...]:
    return tuple(dict.fromkeys(chain.from_iterable(questions)))
