"""From verdicts to a decision: may the batch, or the table as it would be, be published?"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

from etl_core.config.models.table import Quality
from etl_core.state.models import Verdict
from quality.dqdl import Rule, Ruleset, parse
from quality.engine import Evaluation

Scope = Literal["rules", "table_rules"]


@dataclass(frozen=True)
class Judgement:
    """verdicts: with scope, and whether each blocks when it fails. message: what failed, if anything did."""

    verdicts: tuple[Verdict, ...]
    blocked: bool
    message: str


def rules_of(quality: Quality, scope: Scope) -> Ruleset:
    """What is asked of the batch or the table, analyzers among the rules. Raises DqdlError."""
    text = quality.rules if scope == "rules" else quality.table_rules
    return parse(text).with_analyzers() if text else Ruleset()


def judge(evaluation: Evaluation, quality: Quality, scope: Scope) -> Judgement:
    """Decide on an evaluation of `quality.rules` (the batch) or `quality.table_rules` (the table).

    With `on_failure: warn` nothing blocks. A row-level rule of the batch does not block where `rows` takes
    the failing rows out, unless it has a threshold or could not be evaluated. Raises DqdlError for a broken
    ruleset.
    """
    rules = rules_of(quality, scope).rules
    verdicts = tuple(
        verdict.model_copy(
            update={
                "scope": scope,
                "blocking": _blocking(rule, quality, scope, index in evaluation.unjudged),
                "outcome": "measured" if rule.measures else verdict.outcome,
            }
        )
        for index, (rule, verdict) in enumerate(zip(rules, evaluation.verdicts, strict=True))
    )
    failed = [verdict for verdict in verdicts if verdict.outcome == "failed"]
    blocking = [verdict for verdict in failed if verdict.blocking]
    return Judgement(verdicts, bool(blocking), _message(blocking or failed, scope, bool(blocking)))


def _blocking(rule: Rule, quality: Quality, scope: Scope, unjudged: bool) -> bool:
    if quality.on_failure == "warn" or rule.measures:
        return False
    taken_out = scope == "rules" and rule.row_level and quality.rows != "keep"
    return not taken_out or rule.has_threshold or unjudged


def _message(failed: list[Verdict], scope: Scope, blocked: bool) -> str:
    if not failed:
        return ""
    noun = "rule" if len(failed) == 1 else "rules"
    effect = "blocked by" if blocked else "not blocked, but failed:"
    listed = "; ".join(f"{verdict.rule} ({verdict.reason or 'failed'})" for verdict in failed)
    return f"{effect} {len(failed)} {noun} of `{scope}`: {listed}"
