"""What the inline engine evaluates, told without Spark."""

from __future__ import annotations

from collections.abc import Iterator

from quality.dqdl import Rule
from quality.engines.inline.analyzers import analyzer_problems
from quality.engines.inline.rules import load
from quality.engines.refusals import Refusal
from quality.engines.support import SUPPORT, Support, why_not


def problems(rule: Rule) -> Iterator[Refusal]:
    """Why a well-formed rule, which is no composite, cannot be evaluated: what, and what to do."""
    kinds = load()
    if rule.measures:
        yield from analyzer_problems(rule)
    elif rule.rule_type in kinds:
        yield from kinds.get(rule.rule_type).problems(rule)
    else:
        yield f"rule type {rule.rule_type}", why_not(rule.rule_type)


def _says(name: str) -> str | None:
    kinds = load()
    return kinds.get(name).limits if name in kinds else None


SUPPORT.add("inline", Support(problems, _says, composites_by_row=True))
