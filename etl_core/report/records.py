"""The record a run leaves behind: what `history`, `status` and the HTML report read. Pure data."""

from __future__ import annotations

from datetime import datetime
from typing import Literal

from etl_core.config.models.base import Model
from etl_core.state.models import Verdict

Status = Literal["done", "nothing_new", "blocked", "failed", "skipped", "not_started"]


class RowCounts(Model):
    """read = written + quarantined + dropped + superseded, always."""

    read: int = 0
    written: int = 0
    quarantined: int = 0
    dropped: int = 0
    superseded: int = 0

    def __add__(self, other: RowCounts) -> RowCounts:
        mine, others = self.model_dump(), other.model_dump()
        return RowCounts(**{name: count + others[name] for name, count in mine.items()})


class QuarantineReason(Model):
    reason: str
    rows: int


class TableRecord(Model):
    """One table in one run. Durations in seconds."""

    table: str
    status: Status
    mode: str = ""
    format: str = ""
    inputs: tuple[str, ...] = ()  # upstream tables, or the source's path
    started: datetime
    seconds: float = 0.0
    stages: dict[str, float] = {}
    rows: RowCounts = RowCounts()
    total_rows: int | None = None
    snapshot: str = ""
    verdicts: tuple[Verdict, ...] = ()
    batches: tuple[str, ...] = ()  # those that were published, by the run that the table's state names
    quarantine: tuple[QuarantineReason, ...] = ()
    files: int = 0
    notes: tuple[str, ...] = ()
    error: str = ""
    hint: str = ""
    stage: str = ""
    data_state: str = ""
    exit_code: int = 0

    @property
    def judged(self) -> list[Verdict]:
        """What rules said; analyzers say nothing."""
        return [verdict for verdict in self.verdicts if verdict.outcome != "measured"]


class Launch(Model):
    """The job of a service that the run is part of. `attempt` counts from 0; more than 0 is a retry."""

    platform: str
    job_name: str = ""
    job_run_id: str = ""
    attempt: int = 0
    temp_dir: str = ""
    arguments: dict[str, str] = {}


class RunRecord(Model):
    run_id: str
    project: str
    environment: str
    logical_time: datetime
    started: datetime
    finished: datetime
    exit_code: int
    tables: tuple[TableRecord, ...]
    strata_version: str
    profile: str
    kind: str = "run"  # run, full refresh, backfill, rewind, state set, requeue
    launch: Launch | None = None
    warnings: tuple[str, ...] = ()  # what went wrong beside the tables
