"""Stage `prepare` for modes in which rows are events of a key: cdc and merge."""

from __future__ import annotations

from pyspark.sql import DataFrame, SparkSession

from etl_core.changes.operations import with_delete, with_event_errors
from etl_core.changes.order import sequence
from etl_core.changes.resolve import Counts, counts, quarantined, resolve, winners
from etl_core.changes.tombstones import suppress, tombstones_of
from etl_core.config.project import Table
from etl_core.names import FLAWED, ORDER_COLUMNS, SEQ
from etl_core.report.records import RowCounts
from etl_core.run.batch import Batch, finished
from etl_core.run.context import Run
from etl_core.run.engine import Engine


def prepare(engine: Engine, table: Table, typed: DataFrame, run: Run, spark: SparkSession) -> Batch:
    """One winner a key, with the account of the events that lost."""
    target = table.config.target
    events = with_event_errors(with_delete(typed.drop(FLAWED), target), target)
    events = events.withColumn(SEQ, sequence(events, target.sequence_by))
    resolved = resolve(events, target.keys)
    tombstones = engine.side(table, "tombstones", spark)
    if tombstones.exists():
        resolved = suppress(resolved, tombstones.read(), target.keys)
    # Not `persist`: a MERGE refuses a source whose plan holds the running count of rows.
    resolved = resolved.localCheckpoint(eager=False)
    seen = counts(resolved)
    side = {}
    if seen.deletes:
        side["tombstones"] = tombstones_of(resolved, target.keys, run.run_id, run.logical_time)
    return Batch(
        write="apply",
        rows=finished(winners(resolved), run).drop(*ORDER_COLUMNS, *_carriers(table)),
        rejected=quarantined(events, resolved, target.keys) if seen.quarantined else None,
        side=side,
        counts=_account(seen),
        deletes=seen.deletes,
        notes=_notes(seen),
    )


def settle(batch: Batch, before: RowCounts, applied: int) -> RowCounts:
    """The account once the table has decided: a winner that is not newer than the row held was
    superseded. A delete counts as written, for it leaves a tombstone."""
    written = applied + batch.deletes
    lost = before.read - written - before.quarantined - before.dropped
    return before.model_copy(update={"written": written, "superseded": lost})


def _account(seen: Counts) -> RowCounts:
    return RowCounts(
        read=seen.read,
        written=seen.upserts + seen.deletes,
        quarantined=seen.quarantined,
        superseded=seen.superseded + seen.late,
    )


def _carriers(table: Table) -> tuple[str, ...]:
    """The operation column says what an event does; the table keeps it only if the contract does."""
    operation = table.config.target.operation_column
    declared = {column.name for column in table.config.columns}
    return (operation,) if operation and operation not in declared else ()


def _notes(seen: Counts) -> tuple[str, ...]:
    if not seen.ties:
        return ()
    return (f"{seen.ties} key(s) with different events at the same place in the order: the row hash decided",)
