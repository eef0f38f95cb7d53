"""What the language asks of labels: of the whole rule, and not too many.

Source: "Label constraints" in the DQDL reference.
"""

from __future__ import annotations

from collections.abc import Iterator

from quality.dqdl.errors import DqdlError
from quality.dqdl.model import Rule, Ruleset

MOST_LABELS = 10


def label_problems(ruleset: Ruleset) -> Iterator[DqdlError]:
    for rule in ruleset.rules:
        count = len(ruleset.labels_of(rule))
        if count > MOST_LABELS:
            message = f"a rule has at most {MOST_LABELS} labels, not {count}"
            yield DqdlError.at(rule.labels_at if rule.labels else rule, message, "default labels count too")
        yield from _inside(rule)


def _inside(rule: Rule) -> Iterator[DqdlError]:
    for part in rule.parts:
        if part.labels:
            message = "labels belong to the whole of a composite rule"
            yield DqdlError.at(
                part.labels_at, message, "put brackets around all of it: ((A) and (B)) labels = [ ... ]"
            )
        yield from _inside(part)
