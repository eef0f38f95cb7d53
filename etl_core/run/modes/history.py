"""Stage `prepare` for events whose history is kept (scd2)."""

from __future__ import annotations

from dataclasses import dataclass

from pyspark.sql import DataFrame
from pyspark.sql import functions as F

from etl_core.changes import scd2
from etl_core.changes.operations import TRUNCATE
from etl_core.changes.truncation import at_each, known_keys, memories_of, truncates_of
from etl_core.errors import SinkError
from etl_core.names import SEQ, VALID_FROM, quote
from etl_core.report.records import RowCounts
from etl_core.run.common.batch import Batch, finished
from etl_core.run.common.frames import together
from etl_core.run.common.task import Task
from etl_core.run.modes.events import carriers
from etl_core.run.modes.history_events import HistoryEvents, usable_events
from etl_core.run.rules.counting import checkpointed

BROADCAST_EVENTS = 200_000  # up to so many, their keys are sent to the table's rows, not these to them
SIDE = "history"


@dataclass(frozen=True)
class _Truncates:
    """(`valid_from`, `_strata_seq`) of all that are known, and of those that this batch brings; numbers
    of rows that brought some, and of those that are new."""

    all: DataFrame
    fresh: DataFrame
    read: int
    new: int


def prepare(task: Task, typed: DataFrame) -> Batch:
    """The intervals to write and to remove, the events to remember, and the account of the events.

    Raises SinkError when the table orders its events in another way than the batch.
    """
    target, run = task.table.config.target, task.run
    events = usable_events(task, typed)
    usable = events.usable.drop(*carriers(task.table))
    side = task.engine.side(task.table, SIDE, task.spark)
    table = task.target.read() if task.target.exists() else None
    memory = side.read() if side.exists() else None
    for frame in [frame for frame in (table, memory) if frame is not None]:
        _refuse_other_order(task, usable, frame)
    truncates = _truncates(usable, memory) if TRUNCATE in usable.columns else None
    upserts = usable if truncates is None else usable.where(f"NOT {TRUNCATE}")
    known = _of_keys(upserts, table, memory, truncates, target.keys, events.read)
    touched, counted = checkpointed(scd2.timeline(upserts, *known, target), scd2.ACCOUNT)
    seen = scd2.Counts.of(counted)
    left = [scd2.memories(touched, run.run_id, run.logical_time)] if seen.remembered else []
    if truncates is not None and truncates.new:
        left.append(memories_of(truncates.fresh, usable, target.keys, run.run_id, run.logical_time))
    memories = together(left)
    return Batch(
        write="apply",
        when="always",
        rows=finished(scd2.changes(touched), run),
        rejected=events.rejected,
        side={SIDE: memories} if memories is not None else {},
        counts=_account(events, seen, truncates),
        judged=True,
        verdicts=events.verdicts,
    )


def _truncates(usable: DataFrame, memory: DataFrame | None) -> _Truncates:
    arrived = usable.where(TRUNCATE).select(VALID_FROM, SEQ).localCheckpoint(eager=False)
    known = truncates_of(memory) if memory is not None else arrived.limit(0)
    fresh = arrived.distinct().join(known, [SEQ], "left_anti").select(VALID_FROM, SEQ)
    return _Truncates(known.unionByName(fresh), fresh, arrived.count(), fresh.count())


def _of_keys(
    upserts: DataFrame,
    table: DataFrame | None,
    memory: DataFrame | None,
    truncates: _Truncates | None,
    keys: tuple[str, ...],
    read: int,
) -> tuple[DataFrame | None, DataFrame | None, DataFrame | None]:
    """What table and memory know of the keys of the batch, all keys if it brings a truncate; and the
    truncates as events of these keys."""
    wanted = upserts.select(*(quote(key) for key in keys))
    if truncates is not None and truncates.new:
        wanted = known_keys([frame for frame in (upserts, table, memory) if frame is not None], keys)
    elif read <= BROADCAST_EVENTS:
        wanted = F.broadcast(wanted)

    def of_keys(frame: DataFrame | None) -> DataFrame | None:
        return None if frame is None else frame.join(wanted, list(keys), "left_semi")

    everywhere = None if truncates is None else at_each(wanted.distinct(), truncates.all)
    return of_keys(table), of_keys(memory), everywhere


def _account(events: HistoryEvents, seen: scd2.Counts, truncates: _Truncates | None) -> RowCounts:
    """What is not in the history by now, and was not turned away, was known or is outranked."""
    usable = seen.read + (truncates.read if truncates else 0)
    written = seen.written + (truncates.new if truncates else 0)
    return RowCounts(
        read=events.read,
        written=written,
        quarantined=events.read - events.dropped - usable,
        dropped=events.dropped,
        superseded=usable - written,
    )


def _refuse_other_order(task: Task, events: DataFrame, known: DataFrame) -> None:
    """Values of another type cannot be put in one order with those that are known."""
    for column, what in ((SEQ, "the order of events"), (VALID_FROM, "the time of an event")):
        now, held = (frame.schema[column].dataType.simpleString() for frame in (events, known))
        if now != held:
            raise SinkError(
                f"{task.table.name}: {what} is {now} in this batch, but {held} in the table",
                hint=f"build the table anew: strata run --full-refresh --select {task.table.name}",
            )
