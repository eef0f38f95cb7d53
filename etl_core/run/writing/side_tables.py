"""Side tables (quarantine, tombstones) around a publish: written before it, undone if it never comes.

An intent is recorded before the first side row and removed after the publish, so that the next run
knows which rows belong to a run that died, and removes them before it reads a tombstone.
"""

from __future__ import annotations

from pyspark.sql import DataFrame, SparkSession

from etl_core.config.project import Table
from etl_core.lease.intents import add_intent, open_intents, remove_intent
from etl_core.plan.steps import Step
from etl_core.run.columns.align import align
from etl_core.run.common.engine import Engine
from etl_core.state.models import TableState

KINDS = ("quarantine", "tombstones", "history")


def recover(engine: Engine, table: Table, published_run: str, spark: SparkSession) -> tuple[str, ...]:
    """Remove side rows of runs that never published; returns their run ids."""
    dead = []
    for run_id in open_intents(engine.storage, table.name):
        if run_id != published_run:
            for kind in KINDS:
                side = engine.side(table, kind, spark)
                if side.exists():
                    side.drop_leftovers()
                    side.delete_run(run_id)
            dead.append(run_id)
        remove_intent(engine.storage, table.name, run_id)
    return tuple(dead)


def write_side(engine: Engine, step: Step, kind: str, rows: DataFrame, spark: SparkSession) -> int:
    """Append rows to a side table and publish them. Returns the number of rows."""
    add_intent(engine.storage, step.name, engine.run_id)
    side = engine.side(step.table, kind, spark)
    state = TableState(run_id=engine.run_id, at=engine.logical_time)
    return side.add(align(side, rows), state)


def undo(engine: Engine, step: Step, spark: SparkSession) -> None:
    """After a failure that left this process alive: as `recover`, at once."""
    recover(engine, step.table, "", spark)


def settled(engine: Engine, step: Step) -> None:
    """The publish is done: the side rows belong to a published run."""
    remove_intent(engine.storage, step.name, engine.run_id)
