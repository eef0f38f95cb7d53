"""Stage `check`: the contract's rules on the batch, and on the table as it would be."""

from __future__ import annotations

from dataclasses import replace

from pyspark.sql import DataFrame
from pyspark.sql import functions as F

from etl_core.config.project import Table
from etl_core.errors import QualityError
from etl_core.run.batch import Batch
from etl_core.run.engine import Engine
from etl_core.run.judging import evaluated
from etl_core.run.rule_parts import rule_parts
from etl_core.state.models import Verdict
from quality.dqdl import parse
from quality.engine import RULES_FAILED, Evaluation
from quality.judge import Scope, judge

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
        rest = evaluated(engine, table, parts.on_batch, judged, "rules", rows=quality.rows != "keep")
    evaluation = parts.together(batch.on_events, rest)
    done = replace(batch, verdicts=_verdicts(table, evaluation, "rules"))
    if evaluation.row_failures is None:
        return done
    # Not `persist`: Deequ numbers the rows, and a MERGE refuses a source whose plan does that.
    rows = evaluation.row_failures.localCheckpoint()
    failing = rows.where(F.size(RULES_FAILED) > 0)
    good = rows.where(F.size(RULES_FAILED) == 0).drop(RULES_FAILED)
    good = good.unionByName(batch.rows.where(~batch.live))
    return done.without(failing, good, failing.count(), dropped=quality.rows == "drop")


class TableRules:
    """Judges the table as it would be after publishing; remembers all verdicts of the run."""

    def __init__(self, engine: Engine, table: Table, verdicts: tuple[Verdict, ...]) -> None:
        self._engine = engine
        self._table = table
        self._batch_verdicts = verdicts
        self.verdicts = verdicts

    def __call__(self, candidate: DataFrame) -> None:
        """Raises QualityError if a blocking rule failed."""
        quality = self._table.config.quality
        if quality.table_rules:
            ruleset = parse(quality.table_rules)
            evaluation = evaluated(self._engine, self._table, ruleset, candidate, "table_rules", rows=False)
            verdicts = _verdicts(self._table, evaluation, "table_rules", self._batch_verdicts)
            self.verdicts = (*self._batch_verdicts, *verdicts)


def _verdicts(
    table: Table, evaluation: Evaluation, scope: Scope, before: tuple[Verdict, ...] = ()
) -> tuple[Verdict, ...]:
    judgement = judge(evaluation, table.config.quality, scope)
    if judgement.blocked:
        raise QualityError(judgement.message, hint=HINT, verdicts=(*before, *judgement.verdicts))
    return judgement.verdicts
