"""The tables that rules compare with, as readers see them when the rules are judged."""

from __future__ import annotations

from pyspark.sql import DataFrame

from etl_core.config.project import Table
from etl_core.run.common.engine import Engine
from quality.dqdl import Ruleset
from quality.measures import queries


def compares(table: Table, ruleset: Ruleset) -> frozenset[str]:
    """The names of the references that the rules may read: a query does not say which."""
    declared = table.config.quality.references
    if queries(ruleset):
        return frozenset(declared)
    named = {one.dataset for leaf in ruleset.leaves() for one in leaf.elsewhere()}
    return frozenset(named & declared.keys())


def references(engine: Engine, table: Table, ruleset: Ruleset, df: DataFrame) -> dict[str, DataFrame]:
    """Frames in the session of `df`, the judged rows, which stand for a table that is yet to be made: it is
    empty. Other tables that do not exist are left out, and the rules that name them fail."""
    found: dict[str, DataFrame] = {}
    for name in sorted(compares(table, ruleset)):
        other = table.config.quality.references[name]
        target = engine.target(engine.project.tables[other], df.sparkSession)
        if target.exists():
            found[name] = target.read(engine.published.get(other, ""))
        elif other == table.name:
            found[name] = df.limit(0)
    return found
