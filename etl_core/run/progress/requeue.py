"""`strata requeue`: quarantined rows go through parse, rules and changes again, as one batch of the table.

They keep their place in the order of events. A mark among the side rows of this run says whose rows it
took, so that table and quarantine change by one publish: killed before it, all is as it was.
"""

from __future__ import annotations

from collections.abc import Callable, Collection
from dataclasses import replace

from pyspark.sql import DataFrame
from pyspark.sql import functions as F

from etl_core import inspect
from etl_core.changes.order import ordered_by
from etl_core.config.project import Project, Table
from etl_core.errors import QualityError, StageFailed
from etl_core.inspect.quarantined import quarantined
from etl_core.names import RUN_ID
from etl_core.plan.requeueing import refuse_requeue
from etl_core.plan.steps import Step
from etl_core.report.progress import PlainProgress
from etl_core.report.quarantine import Waiting, summary
from etl_core.report.records import TableRecord
from etl_core.run.batch_run import BatchRun
from etl_core.run.common.engine import Engine
from etl_core.run.common.inputs import Inputs
from etl_core.run.common.session import identify, open_engine
from etl_core.run.common.watch import Watch
from etl_core.run.entry import Outcome, leave
from etl_core.run.locked import Held, holding
from etl_core.run.progress.restored import restored
from etl_core.run.writing.quarantine import marks, waiting

KIND = "requeue"
INPUT = "quarantine"


def requeue(
    project: Project,
    table: Table,
    runs: Collection[str],
    approve: Callable[[Waiting], bool],
    *,
    lock_timeout: float = 0.0,
    keep_session: bool = False,
) -> Outcome | None:
    """Take the rows of `runs` (none: all) again; None if there are none, or `approve` says no.

    Raises PlanError for a table that cannot take single rows, LeaseBusy, StateError: before anything is
    changed.
    """
    refuse_requeue(table)
    found = summary(table.name, quarantined(project, table).rows, runs)
    if not approve(found) or not found.rows:
        return None
    identity = identify()
    with open_engine(
        project,
        [table.name],
        identity,
        PlainProgress(1),
        lock_timeout=lock_timeout,
        keep_session=keep_session,
    ) as engine:
        record = _record(engine, table, runs)
    return leave(project, identity, KIND, [record])


def _record(engine: Engine, table: Table, runs: Collection[str]) -> TableRecord:
    with holding(engine, [table.name]) as tables:
        held = tables[table.name]
        observed = inspect.observe_tables(engine.project, [table.name])[table.name]
        step = Step(_without_source_names(table), "write", (), (), observed)
        watch = Watch(engine.events, step, engine.run_id)
        engine.events.started(step.name)
        try:
            with watch.stage("read"):
                inputs = _inputs(engine, step.table, held, runs)
            if inputs.nothing_new:
                return watch.record("nothing_new")
            batch = BatchRun(engine, step, watch, held.lease, held.target, held.spark)
            batch.run(inputs, held.target.state())
            return watch.record("done")
        except StageFailed as failure:
            return watch.record("blocked" if isinstance(failure.cause, QualityError) else "failed", failure)


def _without_source_names(table: Table) -> Table:
    """The rows have been through the table's job, and have the contract's names."""
    columns = tuple(column.model_copy(update={"source": None}) for column in table.config.columns)
    return replace(table, config=table.config.model_copy(update={"columns": columns}), job=None)


def _inputs(engine: Engine, table: Table, held: Held, runs: Collection[str]) -> Inputs:
    side = engine.side(table, "quarantine", held.spark)
    if not side.exists():
        return Inputs()
    rows = waiting(side.read())
    if runs:
        rows = rows.where(F.col(RUN_ID).isin(*runs))
    rows = rows.localCheckpoint()  # this run writes to the table that they come from
    taken = _runs(rows)
    if not taken:
        return Inputs()
    schema = held.target.schema()
    # by the contract as it is on disk: it knows the names in lines that could not be split
    found = restored(rows, engine.project.tables[table.name], ordered_by(schema), schema)
    return Inputs(
        frames={INPUT: found.frame},
        given=found.given,
        side={"quarantine": marks(engine, taken, held.spark)},
    )


def _runs(rows: DataFrame) -> list[str]:
    return [row[RUN_ID] for row in rows.select(RUN_ID).distinct().collect()]
