"""One table from lock to record: the stages in their order, each a module of its own."""

from __future__ import annotations

import logging
from dataclasses import dataclass

from pyspark.sql import SparkSession

from etl_core.errors import QualityError, SourceError, StageFailed
from etl_core.lease import Lease, acquire
from etl_core.plan.steps import Step
from etl_core.report.records import RowCounts, TableRecord
from etl_core.run import check, keyed, prepare, side_tables
from etl_core.run.align import align
from etl_core.run.batch import Batch
from etl_core.run.engine import Engine
from etl_core.run.quarantine import quarantine_rows, reasons
from etl_core.run.read import Inputs, read
from etl_core.run.replan import current_step
from etl_core.run.transform import transform
from etl_core.run.watch import Watch
from etl_core.run.write import write_and_publish
from etl_core.runtime.session import table_session
from etl_core.sinks.protocol import SinkTable
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
        self.has_side_rows = False
        self.spark: SparkSession = table_session(engine.spark)
        self.target: SinkTable = engine.target(step.table, self.spark)

    def run(self) -> TableRecord:
        with self.watch.stage("recover"):
            self._recover()
        with self.watch.stage("read"):
            inputs = read(self.engine, self.step, self.spark)
        self.watch.notes += inputs.notes
        if inputs.nothing_new:
            return self.watch.record("nothing_new")
        self.watch.files = inputs.files
        batch = self._prepare(inputs)
        self.watch.notes += batch.notes
        try:
            self._publish(batch, inputs)
        except Exception:
            if not self.watch.published:
                self._undo()
            raise
        finally:
            for release in batch.release:
                release()
        return self.watch.record("done")

    def _recover(self) -> None:
        state = self.target.state() if self.target.exists() else None
        self.step = current_step(self.engine, self.step, state)
        if self.step.observed.exists:
            dropped = self.target.drop_leftovers()
            if dropped:
                self.watch.notes += (f"dropped what run {', '.join(dropped)} left unpublished",)
        side_tables.recover(self.engine, self.step, state.run_id if state else "", self.spark)

    def _prepare(self, inputs: Inputs) -> Batch:
        table = self.step.table
        run = self.engine.run_for(table)
        with self.watch.stage("transform"):
            frame = transform(table, inputs.frames, run)
        with self.watch.stage("check"):
            batch = prepare.prepare(self.engine, table, frame, run, self.spark)
            try:
                return check.rules(self.engine.rules, table, batch)
            except Exception:
                for release in batch.release:
                    release()
                raise

    def _publish(self, batch: Batch, inputs: Inputs) -> None:
        table, config = self.step.table, self.step.table.config
        if batch.counts is not None:
            with self.watch.stage("side tables"):
                self._side_tables(batch, batch.counts)
        with self.watch.stage("write"):
            judged = check.TableRules(self.engine.rules, table, batch.verdicts)
            rows = align(self.target, batch.rows)

            def stamp(written: int) -> TableState:
                self.watch.current = "publish"
                self._account(batch, written)
                self.lease.check()
                return self._state(inputs, judged)

            snapshot = write_and_publish(
                self.target, rows, self.engine.run_id, mode=config.target.mode, judge=judged, stamp=stamp
            )
        self.watch.published = snapshot
        self.watch.verdicts = judged.verdicts
        self.engine.published[table.name] = snapshot
        side_tables.settled(self.engine, self.step)

    def _account(self, batch: Batch, written: int) -> None:
        """Counts that only the write could tell, and the quarantine they call for."""
        if batch.counter is not None:
            seen = batch.counter.result(written)
            self._side_tables(batch, RowCounts(read=seen.read, written=written, quarantined=seen.bad))
        elif self.step.table.config.target.takes_events:
            self.watch.rows = keyed.settle(batch, self.watch.rows, written)

    def _undo(self) -> None:
        """At once, while this process lives; what fails here is left to the next run's `recover`."""
        try:
            side_tables.undo(self.engine, self.step, self.spark)
        except Exception:
            log.warning("%s: side rows are left to the next run", self.step.name, exc_info=True)

    def _side_tables(self, batch: Batch, counts: RowCounts) -> None:
        self.watch.rows = counts
        if self.has_side_rows:  # the write is a second try
            return
        self.has_side_rows = True
        if batch.tombstones is not None:
            side_tables.write_side(self.engine, self.step, "tombstones", batch.tombstones, self.spark)
        if counts.quarantined and batch.rejected is not None:
            rows = quarantine_rows(self.engine, batch.rejected)
            side_tables.write_side(self.engine, self.step, "quarantine", rows, self.spark)
            self.watch.reasons = reasons(rows)

    def _state(self, inputs: Inputs, judged: check.TableRules) -> TableState:
        before = self.step.observed.state
        return TableState(
            run_id=self.engine.run_id,
            at=self.engine.logical_time,
            inputs={**(before.inputs if before else {}), **inputs.bookmarks},
            verdicts=judged.verdicts,
            rows=self.watch.rows.model_dump(),
        )
