"""One batch of one table, from the frames that were read to the snapshot that readers see."""

from __future__ import annotations

import logging
from collections.abc import Callable
from dataclasses import replace

from pyspark.sql import SparkSession

from etl_core.lease import Lease
from etl_core.plan.steps import Step
from etl_core.report.records import RowCounts
from etl_core.run.columns.align import alters, fit
from etl_core.run.columns.drift import Policy, policy_of
from etl_core.run.common.batch import Batch
from etl_core.run.common.engine import Engine
from etl_core.run.common.inputs import Inputs
from etl_core.run.common.staged import Staged, UnsureError
from etl_core.run.common.task import Task
from etl_core.run.common.watch import Watch
from etl_core.run.modes import afresh, keyed, prepare, recompute
from etl_core.run.rules import check
from etl_core.run.transform import transform
from etl_core.run.writing import removing, side_tables
from etl_core.run.writing.compaction import compact
from etl_core.run.writing.quarantine import quarantine_rows, reasons
from etl_core.run.writing.quarantine_age import ageing
from etl_core.run.writing.write import Job, write_and_publish
from etl_core.sinks.protocol import Published, SinkTable
from etl_core.state.models import TableState

log = logging.getLogger(__name__)
UNKNOWN = "unknown"  # as a snapshot: a commit may have arrived; the next run finds out


class BatchRun:
    """A run may publish several batches of a table one after another (extracts of a snapshot)."""

    def __init__(
        self, engine: Engine, step: Step, watch: Watch, lease: Lease, target: SinkTable, spark: SparkSession
    ) -> None:
        self.engine = engine
        self.step = step
        self.watch = watch
        self.lease = lease
        self.target = target
        self.spark = spark
        self.has_side_rows = False
        self.published = ""
        self.rows = RowCounts()
        self.policy = Policy()
        self.expiry: tuple[Callable[[], None], ...] = ()

    def run(self, inputs: Inputs, before: TableState | None) -> TableState:
        """Prepare, check, write, publish. Returns the state that stands now; `before` is the one that
        stood until then."""
        batch = self._prepare(inputs, before)
        self._note(*batch.notes)
        try:
            state = self._publish(batch, inputs, before)
            if state is None and batch.instead is not None:
                with self.watch.stage("check"):
                    batch = self._checked(batch.instead(), inputs)
                state = self._publish(batch, inputs, before)
            assert state is not None
            return state
        except Exception:
            if not self.published:
                self._undo()
            raise
        finally:
            self.watch.rows += self.rows
            for release in batch.release:
                release()

    def _prepare(self, inputs: Inputs, before: TableState | None) -> Batch:
        table = self.step.table
        run = self.engine.run_for(table)
        with self.watch.stage("transform"):
            frame = transform(table, inputs.frames, run)
            self.policy = policy_of(table, frame.schema, inputs.partly)
        with self.watch.stage("check"):
            task = Task(self.engine, table, run, self.spark, self.target, inputs, before)
            batch = prepare.prepare(afresh.unborn(task) if self.step.asked.rebuilds else task, frame)
            return self._checked(batch, inputs)

    def _checked(self, batch: Batch, inputs: Inputs) -> Batch:
        table = self.step.table
        try:
            batch = check.rules(self.engine, table, batch)
            batch = recompute.with_vanished(batch, inputs.affected, table.config.target.keys)
            batch = replace(batch, side={**batch.side, **inputs.side})
            return afresh.whole(batch) if self.step.asked.rebuilds else batch
        except Exception:
            for release in batch.release:
                release()
            raise

    def _publish(self, batch: Batch, inputs: Inputs, before: TableState | None) -> TableState | None:
        """The state that stands then. None: rows that were to be judged while they were written cannot be,
        and nothing is left of them."""
        table = self.step.table
        with self.watch.stage("side tables"):
            if self.step.asked.rebuilds:
                removing.plan_replacement(self.engine, table, self.spark)
            if batch.counts is not None:
                self._side_tables(batch, batch.counts)
        with self.watch.stage("write"):
            try:
                published, batch, state = self._written(batch, inputs, before)
            except UnsureError as unsure:
                log.info("%s: rules judge before the write: %s", self.step.name, unsure)
                return None
            except Exception:
                self._look_whether_it_arrived()
                raise
        self.published = self.watch.published = published.snapshot
        if batch.settle is None:
            self._account(batch, published.rows)
        self.watch.batch_published(self.engine.run_id, batch.verdicts)
        self.engine.published[table.name] = published.snapshot
        side_tables.settled(self.engine, self.step)
        if self.step.asked.rebuilds:
            removing.finish_removal(self.engine, table, self.engine.run_id, self.spark)
        self._tidy(batch)
        return state

    def _written(
        self, batch: Batch, inputs: Inputs, before: TableState | None
    ) -> tuple[Published, Batch, TableState]:
        """The batch with all that its write told, and the state that was stamped. Raises UnsureError."""
        if batch.instead is not None and alters(self.target, batch.rows, self.policy):
            raise UnsureError("a batch that is blocked must not change the table's columns")
        aligned = fit(self.target, batch.rows, self.policy)
        self._note(*aligned.notes)
        judged, state = batch, before

        def judge(staged: Staged) -> None:
            nonlocal judged
            settled = batch.settle(batch, staged) if batch.settle else batch
            judged = check.table_rules(self.engine, self.step.table, settled, staged.candidate())

        def stamp(written: int | None) -> TableState:
            nonlocal state
            self.watch.current = "publish"
            self._account(judged, written)
            self.lease.check()
            state = self._state(judged, inputs, before)
            return state

        job = Job(aligned.rows, batch.write, batch.when, self.engine.run_id, batch.instead is not None)
        published = write_and_publish(self.target, job, judge=judge, stamp=stamp)
        assert state is not None
        return published, judged, state

    def _tidy(self, batch: Batch) -> None:
        """What may as well wait for a later run."""
        try:
            for action in (*batch.afterwards, *self.expiry):
                action()
            if note := compact(self.engine, self.target):
                self._note(note)
        except Exception:
            log.warning("%s: tidying up is left to a later run", self.step.name, exc_info=True)

    def _account(self, batch: Batch, written: int | None) -> None:
        """Counts that only the write could tell, and the quarantine they call for."""
        if batch.settle is not None:
            assert batch.counts is not None
            self._side_tables(batch, batch.counts)
        elif batch.write == "apply" and batch.when == "newer" and written is not None:
            self.rows = keyed.settle(batch, self.rows, written)

    def _note(self, *notes: str) -> None:
        """Once, where the plan or an earlier batch said the same."""
        self.watch.notes = tuple(dict.fromkeys((*self.watch.notes, *notes)))

    def _look_whether_it_arrived(self) -> None:
        """A commit may arrive although its answer does not: its side rows then have to stay."""
        try:
            state = self.target.state()
            if state is not None and state.run_id == self.engine.run_id:
                self.published = self.watch.published = self.target.snapshot()
        except Exception:
            log.warning("%s: whether it was published is left to the next run", self.step.name, exc_info=True)
            self.published = UNKNOWN

    def _undo(self) -> None:
        """At once, while this process lives; what fails here is left to the next run's `recover`."""
        try:
            side_tables.undo(self.engine, self.step, self.spark)
        except Exception:
            log.warning("%s: side rows are left to the next run", self.step.name, exc_info=True)

    def _side_tables(self, batch: Batch, counts: RowCounts) -> None:
        self.rows = counts
        if self.has_side_rows:  # the write is a second try
            return
        self.has_side_rows = True
        for kind, rows in batch.side.items():
            side_tables.write_side(self.engine, self.step, kind, rows, self.spark)
        if counts.quarantined and batch.rejected is not None:
            rows = quarantine_rows(self.engine, batch.rejected)
            side_tables.write_side(self.engine, self.step, "quarantine", rows, self.spark)
            self.watch.reasons += reasons(rows)

    def _state(self, batch: Batch, inputs: Inputs, before: TableState | None) -> TableState:
        quarantine = ageing(
            self.engine,
            self.step.table,
            self.spark,
            oldest=before.oldest_quarantined if before else None,
            adds=bool(self.rows.quarantined or "quarantine" in batch.side),
        )
        self.expiry = quarantine.afterwards
        return TableState(
            run_id=self.engine.run_id,
            at=self.engine.logical_time,
            inputs={**(before.inputs if before else {}), **inputs.bookmarks},
            verdicts=tuple(one.model_copy(update={"measured": ()}) for one in batch.verdicts),
            rows=self.rows.model_dump(),
            oldest_tombstone=batch.oldest_tombstone,
            oldest_quarantined=quarantine.oldest,
        )
