"""Stage `check`: the contract's rules on the batch, and on the table as it would be."""

from __future__ import annotations

from dataclasses import replace

from pyspark.sql import DataFrame
from pyspark.sql import functions as F

from etl_core.config.project import Table
from etl_core.errors import QualityError
from etl_core.run.common.batch import Batch
from etl_core.run.common.engine import Engine
from etl_core.run.rules.judging import evaluated
from etl_core.run.rules.rule_parts import rule_parts
from etl_core.state.models import Verdict
from quality.engine import RULES_FAILED, Evaluation
from quality.judge import Scope, judge, rules_of

HINT = "readers see the table as it was; mend the source or the rule and run again"


def rules(engine: Engine, table: Table, batch: Batch) -> Batch:
    """The batch with its verdicts and without the rows that failed. Rules that were evaluated on events
    are not evaluated again. Raises QualityError if blocked."""
    quality = table.config.quality
    if not quality.rules or batch.judged:
        return batch
    parts = rule_parts(quality, events=batch.on_events is not None)
    rest = None
    if parts.rest:
        judged = batch.rows.where(batch.live)
        keeps = quality.rows == "keep"
        rest = evaluated(engine, table, parts.on_batch, judged, "rules", rows=not keeps, unique=batch.unique)
    evaluation = parts.together(batch.on_events, rest)
    done = replace(batch, verdicts=verdicts(table, evaluation, "rules"))
    if evaluation.row_failures is None:
        return done
    # Not `persist`: Deequ numbers the rows, and a MERGE refuses a source whose plan does that.
    rows = evaluation.row_failures.localCheckpoint()
    failing = rows.where(F.size(RULES_FAILED) > 0)
    good = rows.where(F.size(RULES_FAILED) == 0).drop(RULES_FAILED)
    good = good.unionByName(batch.rows.where(~batch.live))
    return done.without(failing, good, failing.count(), dropped=quality.rows == "drop")


def table_rules(engine: Engine, table: Table, batch: Batch, candidate: DataFrame) -> Batch:
    """The batch with the verdicts on the table as it would be after publishing. Raises QualityError if
    blocked."""
    ruleset = rules_of(table.config.quality, "table_rules")
    if not ruleset.rules:
        return batch
    evaluation = evaluated(engine, table, ruleset, candidate, "table_rules", rows=False)
    found = verdicts(table, evaluation, "table_rules", batch.verdicts)
    return replace(batch, verdicts=(*batch.verdicts, *found))


def verdicts(
    table: Table, evaluation: Evaluation, scope: Scope, before: tuple[Verdict, ...] = ()
) -> tuple[Verdict, ...]:
    """The evaluation's, with what they mean for the batch. Raises QualityError if one blocks."""
    judgement = judge(evaluation, table.config.quality, scope)
    if judgement.blocked:
        raise QualityError(judgement.message, hint=HINT, verdicts=(*before, *judgement.verdicts))
    return judgement.verdicts
