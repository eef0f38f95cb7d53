"""Row rules on events, before the newest of a key is looked for.

Judged after that, a bad event would already have taken the place of the good ones before it: a delete
would be lost, and nobody would see it.
"""

from __future__ import annotations

from pyspark.sql import DataFrame
from pyspark.sql import functions as F

from etl_core.changes.operations import TRUNCATE
from etl_core.changes.resolve import ASIDE
from etl_core.config.project import Table
from etl_core.names import DELETE, ERRORS, literal
from etl_core.run.engine import Engine
from etl_core.run.judging import evaluated
from quality.dqdl import Ruleset
from quality.engine import RULES_FAILED, Evaluation


def judge_events(
    engine: Engine, table: Table, ruleset: Ruleset, events: DataFrame
) -> tuple[DataFrame, Evaluation]:
    """The events, those that failed a rule marked `_strata_aside` (and with the rules' texts), and what
    the rules say. Deletes, truncates and events that are bad already are not judged.

    `events` are read several times: persist them.
    """
    quality = table.config.quality
    others = [DELETE, f"COALESCE(SIZE({ERRORS}) > 0, FALSE)"]
    others += [TRUNCATE] if TRUNCATE in events.columns else []
    not_judged = " OR ".join(others)
    upserts = events.where(f"NOT ({not_judged})")
    evaluation = evaluated(engine, table, ruleset, upserts, "rules", rows=quality.rows != "keep")
    if evaluation.row_failures is None:
        return events, evaluation
    # Not `persist`: Deequ numbers the rows, and a MERGE refuses a source whose plan does that.
    judged = evaluation.row_failures.localCheckpoint(eager=False)
    aside = literal("dropped" if quality.rows == "drop" else "quarantined")
    marked = judged.withColumn(ASIDE, F.expr(f"CASE WHEN SIZE({RULES_FAILED}) > 0 THEN {aside} END"))
    return marked.unionByName(events.where(not_judged), allowMissingColumns=True), evaluation
