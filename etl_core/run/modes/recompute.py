"""Stage `prepare` for tables that are recomputed key by key (`read: changed_keys`)."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from pyspark.sql import DataFrame
from pyspark.sql import functions as F

from etl_core.changes.affected import strays, vanished
from etl_core.changes.operations import event_error
from etl_core.config.project import Table
from etl_core.errors import TransformError
from etl_core.names import DELETE, ERRORS, ERRORS_TYPE, FLAWED, literal, quote
from etl_core.report.records import RowCounts
from etl_core.run.common.batch import Batch, finished
from etl_core.run.common.context import Run


def prepare(table: Table, typed: DataFrame, run: Run, affected: DataFrame | None) -> Batch:
    """The job's rows: those of the affected keys, or (None) the whole table.

    A row without a key is quarantined. Raises TransformError for a key with several rows, and for one
    that is not affected: its other rows were not read, so that what was made of it would be wrong.
    """
    keys = table.config.target.keys
    rows = _with_key_errors(typed, keys).localCheckpoint(eager=False)
    counts = _counts(table, rows, keys)
    good = rows.where(~F.col(FLAWED))
    if affected is not None:
        _refuse_strays(table, good, affected)
    return Batch(
        rows=finished(good, run),
        write="overwrite" if affected is None else "apply",
        when="always",
        rejected=rows.where(FLAWED) if counts.quarantined else None,
        counts=counts,
        unique=keys,
    )


def with_vanished(batch: Batch, affected: DataFrame | None, keys: Sequence[str]) -> Batch:
    """The batch once rules have taken their rows out: affected keys of which nothing is left are deleted."""
    if affected is None:
        return batch
    gone = vanished(affected, batch.rows, keys).withColumn(DELETE, F.lit(True))
    rows = batch.rows.withColumn(DELETE, F.lit(False)).unionByName(gone, allowMissingColumns=True)
    return replace(batch, rows=rows.localCheckpoint())


def _with_key_errors(typed: DataFrame, keys: Sequence[str]) -> DataFrame:
    none = f"CAST(ARRAY() AS {ERRORS_TYPE})"
    entries = {key: event_error(literal("NULL key"), key) for key in keys}
    found = [f"IF({quote(key)} IS NULL, ARRAY({entry}), {none})" for key, entry in entries.items()]
    missing = " OR ".join(f"{quote(key)} IS NULL" for key in keys)
    errors = f"IF({missing}, CONCAT(COALESCE({ERRORS}, {none}), {', '.join(found)}), {ERRORS})"
    return typed.withColumns({ERRORS: F.expr(errors), FLAWED: F.expr(f"{FLAWED} OR {missing}")})


def _counts(table: Table, rows: DataFrame, keys: Sequence[str]) -> RowCounts:
    """One action over the rows. Raises TransformError for a key that stands twice among the good ones."""
    names = [quote(key) for key in keys]
    good = F.when(~F.col(FLAWED), F.col("count"))
    seen = (
        rows.groupBy(*names, FLAWED)
        .count()
        .agg(
            F.sum("count").alias("read"),
            F.sum(good).alias("good"),
            F.max(good).alias("most"),
            F.max_by(F.struct(*names), good).alias("key"),
        )
        .first()
    )
    if seen is None or seen["read"] is None:
        return RowCounts()
    if (seen["most"] or 0) > 1:
        raise TransformError(
            f"{table.name}: the job returned {seen['most']} rows for the key {_shown(seen['key'].asDict())}",
            hint="return one row a key, or name more columns in target.keys",
        )
    written = seen["good"] or 0
    return RowCounts(read=seen["read"], written=written, quarantined=seen["read"] - written)


def _refuse_strays(table: Table, good: DataFrame, affected: DataFrame) -> None:
    stray = strays(good, affected, table.config.target.keys).first()
    if stray is not None:
        raise TransformError(
            f"{table.name}: the job made a row for the key {_shown(stray.asDict())}, which is not one of "
            "those that are recomputed",
            hint="with `read: changed_keys` the rows of a key come from input rows with this key, whose "
            "values the job leaves as they are; otherwise write `read: all`",
        )


def _shown(key: dict[str, object]) -> str:
    return ", ".join(f"{name}={value!r}" for name, value in key.items())
