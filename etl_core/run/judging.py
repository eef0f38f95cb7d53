"""Rules evaluated with what they have to know of earlier runs."""

from __future__ import annotations

from pyspark.sql import DataFrame

from etl_core.config.project import Table
from etl_core.run.engine import Engine
from etl_core.run.metrics import results_before
from quality.anomalies import MOST
from quality.dqdl import Ruleset
from quality.dqdl.history import runs_needed
from quality.dynamic import looks_back
from quality.earlier import NOTHING, Earlier
from quality.engine import Evaluation
from quality.judge import Scope


def evaluated(
    engine: Engine, table: Table, ruleset: Ruleset, df: DataFrame, scope: Scope, *, rows: bool
) -> Evaluation:
    """As `Engine.evaluate` of the rule engine, by the table's settings."""
    return engine.rules.evaluate(
        df,
        ruleset,
        rows=rows,
        composites=table.config.quality.composites,
        earlier=_earlier(engine, table, ruleset, scope),
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
