"""Which events of a batch become part of the history: typed, judged, and not held by a bad one."""

from __future__ import annotations

from dataclasses import dataclass, replace

from pyspark.sql import DataFrame

from etl_core.changes.event_time import split_held, with_event_time, without_keys
from etl_core.changes.resolve import ASIDE, is_bad
from etl_core.names import ERRORS, PROBLEM, RAW_LINE, SEQ, VALID_FROM, quote
from etl_core.report.records import RowCounts
from etl_core.run.common.batch import Batch
from etl_core.run.common.frames import together
from etl_core.run.common.task import Task
from etl_core.run.modes.events import events_of
from etl_core.run.rules import check
from etl_core.run.rules.event_rules import judge_events
from etl_core.run.rules.rule_parts import rule_parts
from etl_core.state.models import Verdict
from quality.engine import RULES_FAILED, Evaluation

_PLACE = "_strata_place"  # int: 1 for the newest event of its key
_MARKS = (ERRORS, PROBLEM, RAW_LINE, ASIDE, RULES_FAILED)


@dataclass(frozen=True)
class HistoryEvents:
    """`rejected`: bad and held ones, None where there are none. `read` and `dropped` are rows."""

    usable: DataFrame
    rejected: DataFrame | None
    read: int
    dropped: int
    verdicts: tuple[Verdict, ...] = ()


def usable_events(task: Task, typed: DataFrame) -> HistoryEvents:
    """Rules on single rows judge the events, all others the newest event of each key.

    Raises QualityError if a rule blocks, TransformError when the rows lack what events need.
    """
    target, quality = task.table.config.target, task.table.config.quality
    parts = rule_parts(quality, events=True)
    # Read several times. Not `persist`: a MERGE refuses a source whose plan holds a running count.
    events = events_of(with_event_time(typed, target), target).localCheckpoint(eager=False)
    evaluation: Evaluation | None = None
    if parts.first:
        events, evaluation = judge_events(task.engine, task.table, parts.on_events, events)
    read, bad, dropped = _counts(events)
    found = HistoryEvents(events, None, read, dropped)
    if bad:
        usable, rejected = split_held(events, target.keys, hold=quality.rows_hold_key)
        found = replace(found, usable=usable.localCheckpoint(eager=False), rejected=_traced(rejected))
    return _judged_together(task, found, evaluation) if parts.rules else found


def _counts(events: DataFrame) -> tuple[int, int, int]:
    """Events, bad ones, and those of the bad ones that leave no trace."""
    dropped = f"COUNT_IF({ASIDE} = 'dropped')" if ASIDE in events.columns else "0L"
    row = events.selectExpr(
        "COUNT(1) AS read", f"COUNT_IF({is_bad(events)}) AS bad", f"{dropped} AS dropped"
    ).first()
    return (row["read"], row["bad"], row["dropped"]) if row is not None else (0, 0, 0)


def _traced(bad: DataFrame) -> DataFrame:
    """As it goes to the quarantine."""
    bad = bad.drop(VALID_FROM)
    return bad.where(f"COALESCE({ASIDE} <> 'dropped', TRUE)").drop(ASIDE) if ASIDE in bad.columns else bad


def _judged_together(task: Task, events: HistoryEvents, evaluation: Evaluation | None) -> HistoryEvents:
    """With the verdicts, and without events that failed beside those of other keys."""
    keys = [quote(key) for key in task.table.config.target.keys]
    window = f"(PARTITION BY {', '.join(keys)} ORDER BY {VALID_FROM} DESC, {SEQ} DESC)"
    newest = events.usable.selectExpr("*", f"ROW_NUMBER() OVER {window} AS {_PLACE}")
    newest = newest.where(f"{_PLACE} = 1").drop(_PLACE, *_MARKS).localCheckpoint(eager=False)
    batch = Batch(newest, counts=RowCounts(), on_events=evaluation, unique=task.table.config.target.keys)
    checked = check.rules(task.engine, task.table, batch)
    events = replace(events, verdicts=checked.verdicts)
    if checked.counts == batch.counts:
        return events
    return _without(task, events, newest, checked)


def _without(task: Task, events: HistoryEvents, newest: DataFrame, checked: Batch) -> HistoryEvents:
    keys, quality = list(task.table.config.target.keys), task.table.config.quality
    names = [quote(key) for key in keys]
    failing = newest.join(checked.rows.select(*names), keys, "left_anti").select(*names, SEQ)
    usable, held = events.usable.join(failing, [*keys, SEQ], "left_anti"), None
    if quality.rows_hold_key:
        usable, held = without_keys(usable, failing.drop(SEQ), task.table.config.target.keys)
    return replace(
        events,
        usable=usable.localCheckpoint(eager=False),
        rejected=together(part for part in (events.rejected, checked.rejected, held) if part is not None),
        dropped=events.dropped + (checked.counts.dropped if checked.counts else 0),
    )
