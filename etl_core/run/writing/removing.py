"""Side rows of runs that a rewind has undone, or a full refresh replaced: removed once it is published."""

from __future__ import annotations

from collections.abc import Collection

from pyspark.sql import SparkSession
from pyspark.sql import functions as F

from etl_core.changes.tombstones import EXPIRED_KIND
from etl_core.config.project import Table
from etl_core.lease.removals import Removal, drop_removal, note_removal, noted_removal
from etl_core.names import KIND, RUN_ID
from etl_core.run.common.engine import Engine
from etl_core.run.rules.metrics import undone
from etl_core.run.writing.side_tables import KINDS
from etl_core.sinks.protocol import SinkTable
from etl_core.state.models import TableState


def plan_undoing(engine: Engine, table: Table, runs: Collection[str], *, shown: str) -> None:
    """Before a rewind makes `shown` the run of the table's state, in place of `runs`."""
    note_removal(engine.storage, table.name, Removal(shown=shown, runs=tuple(sorted(runs)), undone=True))


def plan_replacement(engine: Engine, table: Table, spark: SparkSession) -> None:
    """Before this run replaces the whole table: the side rows of all runs before it go with what they
    made."""
    before = {run for side in _sides(engine, table, spark) for run in _runs(side)} - {engine.run_id}
    if before:
        note_removal(engine.storage, table.name, Removal(shown=engine.run_id, runs=tuple(sorted(before))))


def finish_removal(engine: Engine, table: Table, shown: str, spark: SparkSession) -> None:
    """What a note asks for, if the commit it waits for is what readers see. Safe to repeat."""
    removal = noted_removal(engine.storage, table.name)
    if removal is None:
        return
    if removal.shown == shown:
        for side in _sides(engine, table, spark):
            if removal.undone:
                _keep_marks(engine, side, removal)
            _remove(engine, side, frozenset(removal.runs), shown)
        if removal.undone:
            undone(engine.environment, table.name, removal.runs, engine.run_id)
    drop_removal(engine.storage, table.name)


def _keep_marks(engine: Engine, side: SinkTable, removal: Removal) -> None:
    """Tombstones that expired do not come back, so that the mark that says so must stay: under the run
    that is shown now. A second copy, after a kill, does no harm."""
    rows = side.read()
    if KIND not in rows.columns:
        return
    marks = rows.where(F.col(RUN_ID).isin(*removal.runs) & (F.col(KIND) == EXPIRED_KIND))
    marks = marks.withColumn(RUN_ID, F.lit(removal.shown)).localCheckpoint()
    if not marks.isEmpty():
        side.add(marks, TableState(run_id=removal.shown, at=engine.logical_time))


def _remove(engine: Engine, side: SinkTable, runs: frozenset[str], shown: str) -> None:
    held = _runs(side)
    if held - runs == {shown} and len(held) > 2:  # one write instead of one a run
        staging = side.begin(shown)
        side.overwrite(staging, side.read().where(F.col(RUN_ID) == shown))
        side.publish(staging, TableState(run_id=shown, at=engine.logical_time))
        return
    for run_id in sorted(held & runs):
        side.delete_run(run_id)


def _sides(engine: Engine, table: Table, spark: SparkSession) -> list[SinkTable]:
    sides = [engine.side(table, kind, spark) for kind in KINDS]
    return [side for side in sides if side.exists()]


def _runs(side: SinkTable) -> frozenset[str]:
    return frozenset(row[RUN_ID] for row in side.read().select(RUN_ID).distinct().collect())
