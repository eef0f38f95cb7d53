"""Composite rules evaluated row by row instead of on the whole dataset.

Glue calls the choice `compositeRuleEvaluation.method`: by default the parts are judged on all rows and their
verdicts combined; with ROW each row is judged by the whole expression, as SQL would. Rules whose verdict is a
ratio or has a threshold cannot take part in the second. Source: "How Composite rules work" in the DQDL
reference.
"""

from __future__ import annotations

from collections.abc import Iterator

from quality.dqdl.errors import DqdlError
from quality.dqdl.model import Rule, Ruleset
from quality.dqdl.types import RULE_TYPES


def composite_problems(ruleset: Ruleset) -> Iterator[DqdlError]:
    """What stands in the language against judging the composites of a ruleset row by row."""
    for rule in ruleset.rules:
        for leaf in rule.leaves() if rule.parts else ():
            if not can_judge_rows(leaf):
                message = f"{leaf.rule_type} judges the whole dataset, not one row after the other"
                hint = "take it out of the composite, or set `composites: dataset`"
                yield DqdlError.at(leaf, message, hint)


def can_judge_rows(rule: Rule) -> bool:
    """Whether a rule that is no composite may be part of one that is judged row by row."""
    known = RULE_TYPES.get(rule.rule_type)
    return bool(known and known.by_row) and rule.threshold is None
