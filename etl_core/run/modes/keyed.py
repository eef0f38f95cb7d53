"""Stage `prepare` for modes in which rows are events of a key: cdc and merge."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from functools import partial, reduce

from pyspark.sql import DataFrame
from pyspark.sql import functions as F

from etl_core.changes.operations import TRUNCATE
from etl_core.changes.partial import completed
from etl_core.changes.removal import as_soft_deletes, emptied
from etl_core.changes.resolve import Counts, account, quarantined, resolve, truncates, winners
from etl_core.changes.tombstones import (
    expired_below,
    suppress,
    tombstones_of,
    too_late,
    truncate_mark,
    truncated_by,
)
from etl_core.names import ERRORS, ORDER_COLUMNS, SEQ
from etl_core.report.records import RowCounts
from etl_core.run.common.batch import Batch, finished
from etl_core.run.common.task import Task
from etl_core.run.modes.events import carriers, events_of
from etl_core.run.modes.removed import Removed, ageing, removed
from etl_core.run.rules.counting import checkpointed
from etl_core.run.rules.event_rules import EventRules, Watching, either_way
from etl_core.run.rules.rule_parts import rule_parts
from quality.engine import RULES_FAILED


@dataclass(frozen=True)
class _Judged:
    """Events of which is known which are good. `release` frees what was persisted."""

    watched: EventRules
    release: tuple[Callable[[], object], ...] = ()


def prepare(task: Task, typed: DataFrame) -> Batch:
    """One winner a key, with the account of the events that lost."""
    return either_way(task.table.config.quality, partial(_prepared, task, typed))


def _prepared(task: Task, typed: DataFrame, watch: Watching) -> Batch:
    config, run = task.table.config, task.run
    keys, soft = config.target.keys, config.target.deletes == "soft"
    known = removed(task)
    judged = _judged(task, events_of(typed, config.target), known, watch)
    resolved, seen = _decided(
        task,
        resolve(judged.watched.events.drop(RULES_FAILED), keys, hold=config.quality.rows_hold_key),
        known,
    )
    events, evaluation = judged.watched.settle(seen.read)
    rows, beside = _rows(task, resolved, seen)
    left = _left_behind(task, resolved, seen)
    oldest, afterwards = ageing(task, known.tombstones, adds=left is not None)
    return Batch(
        write="apply",
        rows=finished(rows, run).drop(*ORDER_COLUMNS, *carriers(task.table)),
        rejected=quarantined(events, resolved, keys) if seen.quarantined else None,
        side={} if left is None else {"tombstones": left},
        oldest_tombstone=oldest,
        afterwards=afterwards,
        counts=_account(seen),
        deletes=seen.truncates if soft else seen.deletes + seen.truncates,
        beside=beside,
        soft_deletes=soft,
        on_events=evaluation,
        unique=keys,
        release=judged.release,
        notes=_notes(seen),
    )


def settle(batch: Batch, before: RowCounts, applied: int) -> RowCounts:
    """The account once the table has decided: a winner that is not newer than the row held was
    superseded. A delete counts as written, for it leaves a tombstone, and so does a truncate; the rows
    that a truncate marks as deleted are no events."""
    written = applied - batch.beside + batch.deletes
    lost = before.read - written - before.quarantined - before.dropped
    return before.model_copy(update={"written": written, "superseded": lost})


def _judged(task: Task, events: DataFrame, known: Removed, watch: Watching) -> _Judged:
    """The events made whole, and judged one by one, where the contract asks for it."""
    target, quality = task.table.config.target, task.table.config.quality
    parts = rule_parts(quality, events=True)
    release: tuple[Callable[[], object], ...] = ()
    if target.partial:
        kept = events.persist()
        release = (kept.unpersist,)
        events = completed(
            kept,
            target.keys,
            held=task.target.read() if task.target.exists() else None,
            tombstones=known.tombstones,
            emptied=_emptied(kept, known),
        )
    if not parts.first:
        return _Judged(EventRules.none(events), release)
    watched = watch(task.engine, task.table, parts.on_events, events)
    return _Judged(watched, (*release, *watched.release))


def _emptied(events: DataFrame, known: Removed) -> DataFrame | None:
    """Sequences of truncates, those of this batch and those remembered."""
    found = [] if known.truncated is None else [known.truncated.select(SEQ)]
    if TRUNCATE in events.columns:
        good = ~F.coalesce(F.size(ERRORS) > 0, F.lit(False))
        found.append(events.where(F.col(TRUNCATE) & good).select(SEQ))
    return reduce(DataFrame.unionByName, found) if found else None


def _decided(task: Task, resolved: DataFrame, known: Removed) -> tuple[DataFrame, Counts]:
    """What tombstones and truncates say about the resolved keys, kept, and counted."""
    keys = task.table.config.target.keys
    if known.tombstones is not None:
        resolved = suppress(resolved, known.tombstones, keys)
    if known.truncated is not None:
        resolved = truncated_by(resolved, known.truncated)
    if known.expired is not None:
        resolved = expired_below(resolved, known.expired)
    resolved, seen = _kept(resolved)
    if seen.truncates:
        resolved, seen = _kept(truncated_by(resolved, truncates(resolved)))
    if seen.expired:
        resolved, seen = _kept(too_late(resolved, task.target.read(), keys))
    return resolved, seen


def _kept(resolved: DataFrame) -> tuple[DataFrame, Counts]:
    held, found = checkpointed(resolved, account(resolved))
    return held, Counts.of(found)


def _rows(task: Task, resolved: DataFrame, seen: Counts) -> tuple[DataFrame, int]:
    """What the sink applies, and how many of these rows no event of the batch stands for although the
    sink will count them."""
    target = task.table.config.target
    soft = target.deletes == "soft"
    rows = as_soft_deletes(winners(resolved)) if soft else winners(resolved)
    if not seen.truncates or not task.target.exists():
        return rows, 0
    gone = emptied(task.target.read(), truncates(resolved), rows, target.keys, soft=soft).localCheckpoint()
    return rows.unionByName(gone, allowMissingColumns=True), gone.count() if soft else 0


def _left_behind(task: Task, resolved: DataFrame, seen: Counts) -> DataFrame | None:
    """Rows for the side table of tombstones."""
    target, run = task.table.config.target, task.run
    soft, stamp = target.deletes == "soft", (run.run_id, run.logical_time)
    left = tombstones_of(resolved, target.keys, *stamp) if seen.deletes and not soft else None
    if not seen.truncates:
        return left
    mark = truncate_mark(resolved, target.keys, *stamp)
    return mark if left is None else left.unionByName(mark, allowMissingColumns=True)


def _account(seen: Counts) -> RowCounts:
    return RowCounts(
        read=seen.read,
        written=seen.upserts + seen.deletes + seen.truncates,
        quarantined=seen.quarantined,
        dropped=seen.dropped,
        superseded=seen.superseded + seen.late,
    )


def _notes(seen: Counts) -> tuple[str, ...]:
    notes = []
    if seen.ties:
        notes.append(
            f"{seen.ties} key(s) with different events at the same place in the order: the row hash decided"
        )
    if seen.changed_keys:
        notes.append(f"{seen.changed_keys} changed key(s): each was read as a delete and an insert")
    if seen.truncates:
        notes.append("a truncate emptied the table of everything older")
    if seen.too_late:
        notes.append(f"{seen.too_late} event(s) from before the oldest tombstone that is kept: too_late")
    return tuple(notes)
