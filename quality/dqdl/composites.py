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
    """What stands against judging the composites of a ruleset row by row.

    No engine does it today, so that each composite is one problem at least.
    """
    for rule in ruleset.rules:
        if not rule.parts:
            continue
        ratios = [leaf for leaf in rule.leaves() if not can_judge_rows(leaf)]
        for leaf in ratios:
            message = f"{leaf.rule_type} judges the whole dataset, not one row after the other"
            yield DqdlError.at(leaf, message, "take it out of the composite, or set `composites: dataset`")
        if not ratios:
            message = "composites row by row are not supported by the deequ engine"
            yield DqdlError.at(rule, message, "set `composites: dataset`")


def can_judge_rows(rule: Rule) -> bool:
    """Whether a rule that is no composite may be part of one that is judged row by row."""
    known = RULE_TYPES.get(rule.rule_type)
    return bool(known and known.by_row) and rule.threshold is None
