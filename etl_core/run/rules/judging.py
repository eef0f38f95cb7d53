"""Rules judged by a table's settings, with what they have to know of earlier runs."""

from __future__ import annotations

from pyspark.sql import DataFrame

from etl_core.config.project import Table
from etl_core.run.common.engine import Engine
from etl_core.run.rules.metrics import results_before
from etl_core.run.rules.references import compares, references
from etl_core.runtime.glue_quality import process_rows
from quality.anomalies import MOST
from quality.dqdl import Ruleset
from quality.dqdl.history import runs_needed
from quality.dynamic import looks_back
from quality.earlier import NOTHING, Earlier
from quality.engine import Evaluation, Foreseen
from quality.judge import Scope
from quality.known import Known


def evaluated(
    engine: Engine,
    table: Table,
    ruleset: Ruleset,
    df: DataFrame,
    scope: Scope,
    *,
    rows: bool,
    unique: tuple[str, ...] = (),
) -> Evaluation:
    """As `Engine.evaluate` of the rule engine."""
    return engine.rules.evaluate(
        df,
        ruleset,
        rows=rows,
        composites=table.config.quality.composites,
        known=Known(
            unique=unique,
            earlier=_earlier(engine, table, ruleset, scope),
            references=references(engine, table, ruleset, df),
            subject=table.name if scope == "rules" else f"{table.name}.{scope}",
            glue=process_rows,
        ),
    )


def foresee(engine: Engine, table: Table, ruleset: Ruleset, df: DataFrame, *, only: str) -> Foreseen | None:
    """As `Engine.foresee` of the rule engine: `rules` on rows of a batch that are yet to be read. Rules that
    compare with other tables read the rows themselves."""
    if compares(table, ruleset):
        return None
    return engine.rules.foresee(
        df,
        ruleset,
        only=only,
        composites=table.config.quality.composites,
        known=Known(earlier=_earlier(engine, table, ruleset, "rules")),
    )


def _earlier(engine: Engine, table: Table, ruleset: Ruleset, scope: Scope) -> Earlier:
    """Nothing is read where no rule asks for it."""
    if not looks_back(ruleset):
        return NOTHING
    conditions = [one for leaf in ruleset.leaves() for one in (leaf.condition, leaf.threshold) if one]
    wanted = [runs_needed(operand) for condition in conditions for operand in condition.operands]
    if any(leaf.rule_type == "DetectAnomalies" for leaf in ruleset.leaves()):
        wanted.append(MOST)
    return results_before(engine.environment, table.name, scope, max(wanted))
