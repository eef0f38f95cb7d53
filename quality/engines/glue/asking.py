"""One call of Glue Data Quality: what is asked of which frame, and what came back."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field

from pyspark.sql import DataFrame

from etl_core.errors import EtlError, QualityError
from quality.answer import Answer
from quality.dqdl import Rule, Ruleset
from quality.dqdl.model import Label
from quality.dqdl.printing import to_text
from quality.engines.broken import ERRORS, reason
from quality.engines.glue.answers import answers_to
from quality.engines.glue.spelling import Outcome, matched, once
from quality.engines.views import visible
from quality.known import Known

_OUTCOMES, _ROWS = "ruleOutcomes", "rowLevelOutcomes"
_HINT = "check the columns and the SQL of its rules"
_ELSEWHERE = "set `rule_engine: auto` (or inline, deequ) where it is not Glue that runs"


@dataclass(frozen=True)
class Found:
    """By the index of a rule: its answer, and Glue's text for it. rows: what was judged, with Glue's arrays
    of texts; None if nothing was asked, or Glue gave none."""

    answers: Mapping[int, Answer] = field(default_factory=dict)
    spelt: Mapping[int, str] = field(default_factory=dict)
    rows: DataFrame | None = None


def ask(
    df: DataFrame,
    rules: Mapping[int, Rule],
    *,
    known: Known,
    context: str,
    labels: Sequence[Label],
    by_row: bool,
) -> Found:
    """`rules`: resolved, and spelt with their numbers. `labels`: those of all rules. Raises EtlError outside
    of Glue, QualityError if Glue cannot judge the frame or gives no such outcomes as it should."""
    if known.glue is None:
        raise EtlError("the rule engine `glue` works in Glue jobs only", hint=_ELSEWHERE)
    if not rules:
        return Found()
    text = to_text(Ruleset(once(rules.values()), default_labels=tuple(labels)))
    others = {name: visible(one) for name, one in known.references.items()}
    try:
        frames = known.glue(df, text, context=context, others=others, composites_by_row=by_row)
        outcomes = list(_outcomes(frames.get(_OUTCOMES)))
    except ERRORS as error:
        raise QualityError(f"Glue could not evaluate the rules: {reason(error)}", hint=_HINT) from error
    matches = matched(rules, outcomes)
    spelt = {index: some[0].rule for index, some in matches.of.items()}
    return Found(answers_to(rules, matches), spelt, frames.get(_ROWS))


def _outcomes(frame: DataFrame | None) -> Iterator[Outcome]:
    lacking = {"Rule", "Outcome", "FailureReason", "EvaluatedMetrics"} - {*(frame.columns if frame else ())}
    if frame is None or lacking:
        raise QualityError(f"Glue's outcomes of rules have no {', '.join(sorted(lacking))}", hint=_HINT)
    for row in frame.collect():
        metrics = {str(name): value for name, value in (row.EvaluatedMetrics or {}).items()}
        yield Outcome(str(row.Rule), row.Outcome, row.FailureReason, metrics)
