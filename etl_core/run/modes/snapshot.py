"""Stage `prepare` for full extracts (mode snapshot)."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime
from functools import partial

from pyspark.sql import DataFrame
from pyspark.sql import functions as F

from etl_core.changes import snapshot
from etl_core.changes.event_time import refuse_event_time, refuse_history_columns
from etl_core.changes.operations import with_delete, with_event_errors
from etl_core.changes.order import with_extract_sequence
from etl_core.changes.resolve import BAD, Counts, account, quarantined, resolve, winners
from etl_core.changes.snapshot_history import interval_differences
from etl_core.names import DELETE, FLAWED, ORDER_COLUMNS, quote
from etl_core.report.records import RowCounts
from etl_core.run.common.batch import Batch, finished
from etl_core.run.common.task import Task
from etl_core.run.modes.extract_guards import refuse_deletes, refuse_empty, refuse_older, refuse_torn
from etl_core.run.reading.extracts import extract_time
from etl_core.run.rules import check
from etl_core.run.rules.counting import checkpointed
from etl_core.run.rules.event_rules import EventRules, Judged, Watching, either_way
from etl_core.run.rules.rule_parts import rule_parts
from quality.engine import RULES_FAILED, Evaluation


def prepare(task: Task, typed: DataFrame) -> Batch:
    """What the table lacks, has otherwise, or has and the extract has not.

    Rules judge the whole extract, one row a key. Raises QualityError if a rule blocks, and for an
    extract that cannot be trusted.
    """
    config, at = task.table.config, extract_time(task.inputs, task.run.logical_time)
    refuse_older(task, at)
    (events, evaluation), resolved, seen = either_way(config.quality, partial(_resolved, task, typed, at))
    refuse_empty(task, at, seen.read)
    if seen.bad:
        refuse_torn(task, at, events)
    judged = check.rules(task.engine, task.table, _deduplicated(task, events, resolved, seen, evaluation))
    held = task.target.read() if task.target.exists() else None
    extract = _with_protected(judged.rows, resolved, config.target.keys)
    compare = interval_differences if config.target.history == "scd2" else snapshot.differences
    differences, found = checkpointed(compare(extract, held, config.target, at), snapshot.ACCOUNT)
    changed = snapshot.Counts.of(found)
    if held is not None and changed.gone:
        refuse_deletes(task, at, held, changed.gone)
    return replace(
        judged,
        write="apply",
        when="always",
        rows=finished(differences.drop(snapshot.CHANGE), task.run),
        counts=_account(judged.counts or RowCounts(), changed.new),
        judged=True,
        notes=_notes(seen),
    )


def _resolved(
    task: Task, typed: DataFrame, at: datetime, watch: Watching
) -> tuple[Judged, DataFrame, Counts]:
    """The rows as `_events` has them, and one a key, held and counted."""
    config = task.table.config
    watched = _events(task, typed, at, watch)
    events = watched.events.drop(RULES_FAILED)
    resolved = resolve(events, config.target.keys, hold=config.quality.rows_hold_key)
    resolved, found = checkpointed(resolved, account(resolved))
    seen = Counts.of(found)
    return watched.settle(seen.read), resolved, seen


def _events(task: Task, typed: DataFrame, at: datetime, watch: Watching) -> EventRules:
    """The rows with their place in the order and what is wrong with them; judged one by one, where the
    contract asks for it."""
    target, quality = task.table.config.target, task.table.config.quality
    if target.history == "scd2":
        refuse_history_columns(typed.schema)
        if target.event_time is not None:
            refuse_event_time(typed.schema, target.event_time)
    events = with_event_errors(with_delete(typed.drop(FLAWED), target), target)
    events = with_extract_sequence(events, target.sequence_by, at)
    parts = rule_parts(quality, events=True)
    if not parts.first:
        return EventRules.none(events)
    kept = events.localCheckpoint(eager=False)
    return watch(task.engine, task.table, parts.on_events, kept)


def _deduplicated(
    task: Task, events: DataFrame, resolved: DataFrame, seen: Counts, evaluation: Evaluation | None
) -> Batch:
    """The good rows, one a key, as rules judge them."""
    return Batch(
        rows=winners(resolved).drop(*ORDER_COLUMNS),
        rejected=quarantined(events, resolved, task.table.config.target.keys) if seen.quarantined else None,
        counts=RowCounts(
            read=seen.read,
            written=seen.upserts,
            quarantined=seen.quarantined,
            dropped=seen.dropped,
            superseded=seen.superseded,
        ),
        on_events=evaluation,
        unique=task.table.config.target.keys,
    )


def _with_protected(good: DataFrame, resolved: DataFrame, keys: tuple[str, ...]) -> DataFrame:
    """`good` and, marked as bad, the keys whose rows were turned away: they are not missing."""
    names = [quote(key) for key in keys]
    known = " AND ".join(f"{name} IS NOT NULL" for name in names)
    turned_away = resolved.where(known).select(*names).join(good.select(*names), list(keys), "left_anti")
    marked = good.drop(DELETE).withColumn(BAD, F.lit(False))
    return marked.unionByName(turned_away.withColumn(BAD, F.lit(True)), allowMissingColumns=True)


def _account(judged: RowCounts, new: int) -> RowCounts:
    """A row that the table holds already is superseded."""
    lost = judged.read - new - judged.quarantined - judged.dropped
    return judged.model_copy(update={"written": new, "superseded": lost})


def _notes(seen: Counts) -> tuple[str, ...]:
    if not seen.ties:
        return ()
    return (f"{seen.ties} key(s) with different rows at the same place in the order: the row hash decided",)
