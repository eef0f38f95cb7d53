"""How a quarantine forgets: rows older than `quarantine_retention`, if it is set, go after a publish.

The table's state says how old the oldest row is, so that nothing is looked at while nothing is due.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

from pyspark.sql import DataFrame, SparkSession
from pyspark.sql import functions as F

from etl_core.config.durations import seconds
from etl_core.config.project import Table
from etl_core.names import INGESTED_AT, RUN_ID, TAKEN
from etl_core.run.common.engine import Engine
from etl_core.sinks.protocol import SinkTable

SLACK = 10  # rows go once the oldest is older than the retention by a tenth of it
MOST_RUNS = 20  # removed at a time; each is a commit of its own


@dataclass(frozen=True)
class HeldRun:
    """The rows of one run in a quarantine: their logical time, and the runs that it marks as taken."""

    run_id: str
    at: datetime
    took: frozenset[str] = frozenset()


@dataclass(frozen=True)
class Ageing:
    """`oldest`: logical time of the oldest row there will be. `afterwards`: to do once that is
    published; if it never happens, the rows stay and go after a later run."""

    oldest: datetime | None
    afterwards: tuple[Callable[[], None], ...] = ()


def ageing(
    engine: Engine, table: Table, spark: SparkSession, *, oldest: datetime | None, adds: bool
) -> Ageing:
    """`oldest`: as the state before has it. `adds`: this run has written to the quarantine."""
    setting = table.config.quality.quarantine_retention
    if setting is None:
        return Ageing(oldest)
    at = engine.logical_time
    retention = timedelta(seconds=seconds(setting))
    due = oldest is None or oldest < at - retention - retention / SLACK
    if not due or (oldest is None and not adds):
        return Ageing(min(oldest or at, at) if adds else oldest)
    side = engine.side(table, "quarantine", spark)
    held = _held(side.read()) if side.exists() else []
    gone = going(held, at - retention)
    stays = [run.at for run in held if run.run_id not in gone]
    left = min([*stays, *([at] if adds else [])], default=None)
    return Ageing(left, (lambda: _remove(side, gone),) if gone else ())


def going(held: Sequence[HeldRun], before: datetime) -> tuple[str, ...]:
    """Runs whose rows are older than `before`, at most 20, in the order in which they can go: a mark
    after the rows that it marks, or these would wait again."""
    left = {run.run_id: run for run in held}
    gone: list[str] = []
    for _ in range(MOST_RUNS):
        free = [run for run in left.values() if run.at < before and not run.took & left.keys()]
        if not free:
            break
        first = min(free, key=lambda run: (run.at, run.run_id))
        gone.append(left.pop(first.run_id).run_id)
    return tuple(gone)


def _held(rows: DataFrame) -> list[HeldRun]:
    took = F.collect_set(TAKEN) if TAKEN in rows.columns else F.array().cast("array<string>")
    newest = F.max(F.unix_micros(INGESTED_AT)).alias("at")
    found = rows.groupBy(RUN_ID).agg(newest, took.alias("took")).collect()
    return [
        HeldRun(row[RUN_ID], datetime.fromtimestamp(row["at"] / 1e6, UTC), frozenset(row["took"]))
        for row in found
    ]


def _remove(side: SinkTable, runs: Sequence[str]) -> None:
    side.drop_leftovers()
    for run_id in runs:
        side.delete_run(run_id)
