"""What the side table of tombstones knows, and how it forgets."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

from pyspark.sql import DataFrame
from pyspark.sql import functions as F

from etl_core.changes import tombstones
from etl_core.config.durations import seconds
from etl_core.names import INGESTED_AT, KIND
from etl_core.run.columns.align import align
from etl_core.run.common.task import Task
from etl_core.state.models import TableState

SLACK = 10  # tombstones go once the oldest is older than the retention by a tenth of it


@dataclass(frozen=True)
class Removed:
    """`tombstones` by key; `truncated`, `expired`: sequences of the marks, None where there are none."""

    tombstones: DataFrame | None = None
    truncated: DataFrame | None = None
    expired: DataFrame | None = None


def removed(task: Task) -> Removed:
    """Costs a look at the marks only in tables that had any; a table that is not there yet has no row
    that could be revived."""
    side = task.engine.side(task.table, "tombstones", task.spark)
    if not side.exists():
        return Removed()
    held = side.read()
    if KIND not in held.columns:
        return Removed(held)
    marks = tombstones.marks(held)
    kinds = {row[KIND] for row in marks.select(KIND).collect()}
    found = {kind: marks.where(F.col(KIND) == kind) if kind in kinds else None for kind in tombstones.MARKS}
    expired = found[tombstones.EXPIRED_KIND] if task.target.exists() else None
    return Removed(held, found[tombstones.TRUNCATE_KIND], expired)


def ageing(
    task: Task, held: DataFrame | None, *, adds: bool
) -> tuple[datetime | None, tuple[Callable[[], None], ...]]:
    """Logical time of the oldest tombstone there will be, and what to do about older ones once the
    batch is published. If that never happens, they stay, and go after a later run."""
    at = task.run.logical_time
    if held is None:
        return at if adds else None, ()
    retention = timedelta(seconds=seconds(task.table.config.target.tombstone_retention))
    oldest = (task.before.oldest_tombstone if task.before else None) or _oldest(held)
    after: tuple[Callable[[], None], ...] = ()
    if oldest is not None and oldest < at - retention - retention / SLACK:
        before = at - retention
        oldest = min(_oldest(tombstones.kept(held, before)) or at, at)
        after = (lambda: _expire(task, before),)
    return min(oldest or at, at) if adds else oldest, after


def _expire(task: Task, before: datetime) -> None:
    """One commit: what stays, and how far the rest went."""
    run, side = task.run, task.engine.side(task.table, "tombstones", task.spark)
    side.drop_leftovers()
    keys = task.table.config.target.keys
    rows = align(side, tombstones.after_expiry(side.read(), keys, before, run.run_id, run.logical_time))
    staging = side.begin(run.run_id)
    side.overwrite(staging, rows)
    side.publish(staging, TableState(run_id=run.run_id, at=run.logical_time))


def _oldest(held: DataFrame) -> datetime | None:
    row = held.agg(F.min(F.unix_micros(INGESTED_AT))).first()
    return None if row is None or row[0] is None else datetime.fromtimestamp(row[0] / 1e6, UTC)
