"""One table from lock to record: the stages in their order, each a module of its own."""

from __future__ import annotations

import logging
from dataclasses import dataclass, replace

from etl_core.errors import QualityError, SourceError, StageFailed, StateError
from etl_core.lease import Lease, acquire
from etl_core.plan.asked import ORDINARY
from etl_core.plan.steps import Step
from etl_core.report.records import TableRecord
from etl_core.run.batch_run import BatchRun
from etl_core.run.common.engine import Engine
from etl_core.run.common.watch import Watch
from etl_core.run.reading.read import read
from etl_core.run.replan import current_step
from etl_core.run.writing import side_tables
from etl_core.run.writing.removing import finish_removal
from etl_core.runtime.session import table_session
from etl_core.state.models import TableState

log = logging.getLogger(__name__)


@dataclass(frozen=True)
class TableRun:
    """Runs one step after another, each in the thread that calls it."""

    engine: Engine

    def __call__(self, step: Step) -> TableRecord:
        watch = Watch(self.engine.events, step, self.engine.run_id)
        self.engine.events.started(step.name)
        try:
            if step.action == "nothing":
                return watch.record("nothing_new")
            with watch.stage("lock"):
                if step.error:
                    raise SourceError(step.error, hint=step.hint)
                lease = acquire(
                    self.engine.storage, step.name, self.engine.run_id, timeout=self.engine.lock_timeout
                )
            with lease:
                return _Locked(self.engine, step, watch, lease).run()
        except StageFailed as failure:
            log.debug("%s failed", step.name, exc_info=failure)
            return watch.record("blocked" if isinstance(failure.cause, QualityError) else "failed", failure)


class _Locked:
    """The part of a table's run that holds its lease."""

    def __init__(self, engine: Engine, step: Step, watch: Watch, lease: Lease) -> None:
        self.engine = engine
        self.step = step
        self.watch = watch
        self.lease = lease
        self.spark = table_session(engine.spark)
        self.target = engine.target(step.table, self.spark)

    def run(self) -> TableRecord:
        with self.watch.stage("recover"):
            state = self._recover()
        with self.watch.stage("read"):
            batches = read(self.engine, self.step, self.spark)
        published = False
        step = self.step
        before = None if step.asked.rebuilds else state
        for number, inputs in enumerate(batches, start=1):
            self.watch.notes += inputs.notes
            if inputs.nothing_new:
                continue
            self.watch.files += inputs.files
            engine = self._engine(number, len(batches))
            batch = BatchRun(engine, step, self.watch, self.lease, self.target, self.spark)
            before = batch.run(inputs, before)
            published = True
            step = replace(step, asked=ORDINARY)  # a full refresh: the first batch replaced what there was
        return self.watch.record("done" if published else "nothing_new")

    def _engine(self, number: int, batches: int) -> Engine:
        """Each batch of a run is known by a name of its own, or what one leaves undone could not be told
        from what another has published. The last bears the run's."""
        if number == batches:
            return self.engine
        return replace(self.engine, run_id=f"{self.engine.run_id}-{number}")

    def _recover(self) -> TableState | None:
        """Drop what dead runs left; returns the table's state now."""
        state = self._state()
        self.step = current_step(self.engine, self.step, state)
        if self.step.observed.exists:
            dropped = self.target.drop_leftovers()
            if dropped:
                self.watch.notes += (f"dropped what run {', '.join(dropped)} left unpublished",)
        shown = state.run_id if state else ""
        finish_removal(self.engine, self.step.table, shown, self.spark)
        side_tables.recover(self.engine, self.step.table, shown, self.spark)
        return state

    def _state(self) -> TableState | None:
        if not self.target.exists():
            return None
        try:
            return self.target.state()
        except StateError:
            if self.step.asked.rebuilds:  # a way out of lost progress
                return None
            raise
