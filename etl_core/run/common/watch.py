"""What happens to one table while it runs: its stage, its durations, and the record it leaves."""

from __future__ import annotations

import time
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from datetime import UTC, datetime

from etl_core.errors import EtlError, QualityError, StageFailed
from etl_core.plan.steps import Step
from etl_core.report.progress import Events
from etl_core.report.records import QuarantineReason, RowCounts, Status, TableRecord
from etl_core.sources.errors import explain
from etl_core.state.models import Verdict


class Watch:
    """One a table and run. Stages report to it as they go; `record` turns it into the record."""

    def __init__(self, events: Events, step: Step, run_id: str) -> None:
        self._events = events
        self._step = step
        self._run_id = run_id
        self._started = datetime.now(UTC)
        self._clock = time.monotonic()
        self._stages: dict[str, float] = {}
        self.current = "plan"
        self.published = ""
        self.rows = RowCounts()
        self.reasons: tuple[QuarantineReason, ...] = ()
        self.verdicts: tuple[Verdict, ...] = ()
        self.batches: tuple[str, ...] = ()
        self.files = 0
        self.notes: tuple[str, ...] = step.notes

    @contextmanager
    def stage(self, name: str) -> Iterator[None]:
        """Time a stage; a failure in it becomes StageFailed with what readers see now."""
        self.current = name
        self._events.stage(self._step.name, name)
        began = time.monotonic()
        try:
            yield
        except StageFailed:
            raise
        except Exception as error:
            cause = error if isinstance(error, EtlError) else explain(error) or error
            raise StageFailed(
                cause, stage=name, table=self._step.name, run_id=self._run_id, data_state=self.data_state()
            ) from error
        finally:
            self._stages[name] = self._stages.get(name, 0.0) + time.monotonic() - began

    def batch_published(self, run_id: str, verdicts: Iterable[Verdict]) -> None:
        """`run_id`: the one that the table's state names."""
        self.verdicts += self._of_this_batch(verdicts)
        self.batches += (run_id,)

    def _of_this_batch(self, verdicts: Iterable[Verdict]) -> tuple[Verdict, ...]:
        number = len(self.batches) + 1
        return tuple(verdict.model_copy(update={"batch": number}) for verdict in verdicts)

    def data_state(self) -> str:
        """What a reader of the table sees at this moment, in words."""
        observed = self._step.observed
        if self.published:
            return f"published: readers see snapshot {self.published}"
        if not observed.exists or not observed.snapshot:
            return "as before: the table has no data yet"
        by = f" of run {observed.state.run_id}" if observed.state else ""
        return f"as before: readers see snapshot {observed.snapshot}{by}"

    def record(self, status: Status, failure: StageFailed | None = None) -> TableRecord:
        table = self._step.table
        cause = failure.cause if failure else None
        refused = self._of_this_batch(cause.verdicts) if isinstance(cause, QualityError) else ()
        return TableRecord(
            table=table.name,
            status=status,
            mode=table.config.target.mode,
            format=table.format,
            inputs=_inputs(self._step),
            started=self._started,
            seconds=round(time.monotonic() - self._clock, 3),
            stages={name: round(seconds, 3) for name, seconds in self._stages.items()},
            rows=self.rows,
            snapshot=self.published or self._step.observed.snapshot,
            verdicts=(*self.verdicts, *refused),
            batches=self.batches,
            quarantine=self.reasons,
            files=self.files,
            notes=self.notes,
            error=failure.message if failure else "",
            hint=failure.hint if failure else "",
            stage=failure.stage if failure else "",
            data_state=failure.data_state if failure else "",
            exit_code=failure.code if failure else 0,
        )


def _inputs(step: Step) -> tuple[str, ...]:
    config = step.table.config
    if config.inputs:
        return tuple(source.table for source in config.inputs.values())
    return (step.table.source.path,) if step.table.source else ()
