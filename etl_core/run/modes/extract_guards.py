"""Extracts that cannot be trusted: they block their table, and the extracts behind them wait."""

from __future__ import annotations

from datetime import UTC, datetime, time

from pyspark.sql import DataFrame

from etl_core.changes.snapshot import unreadable
from etl_core.errors import PlanError, QualityError
from etl_core.names import IS_DELETED, PROBLEM, ROW, SOURCE_FILE, VALID_TO
from etl_core.run.common.task import Task
from etl_core.state.models import FileBookmark

WAIT = "extracts after it wait until then"


def refuse_older(task: Task, at: datetime) -> None:
    """Raises PlanError if the inputs are to be taken as an extract older than the one applied last. What
    the files of a source say is judged when they are found."""
    files = any(isinstance(mark, FileBookmark) for mark in task.inputs.bookmarks.values())
    if not files and task.before is not None and at < task.before.at:
        raise PlanError(
            f"{task.table.name}: this run's logical time {at:%Y-%m-%d %H:%M:%S} is before that of the "
            f"extract applied last, {task.before.at:%Y-%m-%d %H:%M:%S}",
            hint=f"build the table anew instead: strata run --full-refresh --select {task.table.name}",
        )


def refuse_empty(task: Task, at: datetime, rows: int) -> None:
    """Raises QualityError for an extract without rows: it would delete everything."""
    if not rows:
        raise QualityError(
            f"the extract {_name(at)} of {task.table.name} has no rows",
            hint=f"put the whole extract in its place or remove its files, then run again; {WAIT}",
        )


def refuse_torn(task: Task, at: datetime, rows: DataFrame) -> None:
    """Raises QualityError if the key of some row is not known: its key would count as missing."""
    torn = unreadable(rows, task.table.config.target.keys).first()
    if torn is None:
        return
    found = torn.asDict()
    place = f" (row {found[ROW]} of {found[SOURCE_FILE]})" if found.get(SOURCE_FILE) else ""
    why = found.get(PROBLEM) or "its key cannot be read"
    raise QualityError(
        f"the extract {_name(at)} of {task.table.name} is torn{place}: {why}",
        hint="nobody knows which key that row has, so no key can be said to be missing; put the whole "
        f"extract in its place or remove its files, then run again; {WAIT}",
    )


def refuse_deletes(task: Task, at: datetime, held: DataFrame, gone: int) -> None:
    """Raises QualityError if more of the table's keys are missing than `max_deleted` allows."""
    target = task.table.config.target
    alive = held.where(f"{VALID_TO} IS NULL") if target.history == "scd2" else held
    if target.deletes == "soft" and IS_DELETED in held.columns:
        alive = alive.where(f"NOT {IS_DELETED}")
    total = alive.count()
    if gone * 100 > float(target.max_deleted.rstrip("%")) * total:
        share = f"{gone / total:.1%}".replace("%", " %")
        raise QualityError(
            f"the extract {_name(at)} of {task.table.name} lacks {gone} of its {total} keys ({share}), "
            f"and max_deleted is {target.max_deleted}",
            hint="if they are gone indeed, raise target.max_deleted and run again; if the extract is not "
            f"whole, put the whole one in its place or remove its files; {WAIT}",
        )


def _name(at: datetime) -> str:
    utc = at.astimezone(UTC)
    return f"{utc:%Y-%m-%d}" if utc.time() == time() else f"{utc:%Y-%m-%d %H:%M:%S}"
