"""The quarantine side table: rows that were read and not published, with the reasons.

What a requeue has taken stays until it is too old, so that a rewind brings it back: a mark, a row with
nothing but `_strata_requeued_run`, says that the rows of that run wait no longer. Marks are side rows of
the requeue's own run, and so come and go with its publish.
"""

from __future__ import annotations

from collections.abc import Collection

from pyspark.sql import Column, DataFrame, SparkSession
from pyspark.sql import functions as F
from pyspark.sql.types import DecimalType, StructField

from etl_core.changes.order import place_of
from etl_core.names import (
    EPOCH,
    ERRORS,
    ERRORS_TYPE,
    INGESTED_AT,
    PHASE,
    RAW_LINE,
    ROW,
    RUN_ID,
    SOURCE_FILE,
    SYSTEM_PREFIX,
    TAKEN,
    literal,
    quote,
)
from etl_core.report.records import QuarantineReason
from etl_core.run.common.engine import Engine
from quality.engine import RULES_FAILED

SHOWN_REASONS = 20
EXACT_DIGITS = 15  # a reader of JSON makes a double of a number
# Spark leaves out all but milliseconds unless told
_JSON = {
    "ignoreNullFields": "false",
    "timestampFormat": "yyyy-MM-dd'T'HH:mm:ss.SSSSSSXXX",
    "timestampNTZFormat": "yyyy-MM-dd'T'HH:mm:ss.SSSSSS",
}


def quarantine_rows(engine: Engine, rejected: DataFrame) -> DataFrame:
    """Rejected rows in the quarantine table's shape, whatever their own columns are.

    Columns out: `reason` string, `errors` array<struct<column,value,reason>>, `rules` array<string>,
    `row` string (the row as JSON, or the line as received), `_strata_source_file` string,
    `_strata_row` bigint, `_strata_epoch` and `_strata_phase` int where the source has them,
    `_strata_run_id` string, `_strata_ingested_at` timestamp (logical time).
    """
    own = [_plain(field) for field in rejected.schema if not field.name.startswith(SYSTEM_PREFIX)]
    row = F.to_json(F.struct(*own), _JSON) if own else F.lit(None).cast("string")
    epochs = [(name, place_of(rejected, name)) for name in (EPOCH, PHASE)]
    return rejected.select(
        _reason(rejected).alias("reason"),
        _or_null(rejected, ERRORS, ERRORS_TYPE).alias("errors"),
        _or_null(rejected, RULES_FAILED, "array<string>").alias("rules"),
        F.coalesce(_or_null(rejected, RAW_LINE, "string"), row).alias("row"),
        _place(rejected, SOURCE_FILE, "string"),
        _place(rejected, ROW, "bigint"),
        *(place.alias(name) for name, place in epochs if place is not None),
        *_stamp(engine),
    )


def waiting(held: DataFrame) -> DataFrame:
    """The rows of a quarantine that no requeue has taken; without the marks."""
    if TAKEN not in held.columns:
        return held
    marks = held.where(F.col(TAKEN).isNotNull()).select(TAKEN).distinct().collect()
    taken = [row[TAKEN] for row in marks]
    return held.where(F.col(TAKEN).isNull() & ~F.col(RUN_ID).isin(taken)).drop(TAKEN)


def marks(engine: Engine, runs: Collection[str], spark: SparkSession) -> DataFrame:
    """What says that this run took the rows of `runs`, of which there is one at least."""
    values = ", ".join(f"({literal(run)})" for run in sorted(runs))
    taken = spark.sql(f"SELECT * FROM VALUES {values} AS t({TAKEN})")  # noqa: S608 - literals are escaped
    return taken.select(F.lit("requeued").alias("reason"), TAKEN, *_stamp(engine))


def reasons(rows: DataFrame) -> tuple[QuarantineReason, ...]:
    """The most frequent reasons, for the report."""
    top = rows.groupBy("reason").count().orderBy(F.desc("count"), "reason").limit(SHOWN_REASONS)
    return tuple(QuarantineReason(reason=row["reason"], rows=row["count"]) for row in top.collect())


def _plain(field: StructField) -> Column:
    """Long decimals as text, for a number in JSON would be rounded when it is read again."""
    column = F.col(quote(field.name))
    long = isinstance(field.dataType, DecimalType) and field.dataType.precision > EXACT_DIGITS
    return column.cast("string").alias(field.name) if long else column


def _place(rejected: DataFrame, name: str, ddl: str) -> Column:
    found = place_of(rejected, name)
    return (F.lit(None).cast(ddl) if found is None else found).alias(name)


def _stamp(engine: Engine) -> tuple[Column, Column]:
    at = F.lit(engine.logical_time).cast("timestamp")
    return F.lit(engine.run_id).alias(RUN_ID), at.alias(INGESTED_AT)


def _reason(rejected: DataFrame) -> Column:
    errors = _or_null(rejected, ERRORS, ERRORS_TYPE)
    rules = _or_null(rejected, RULES_FAILED, "array<string>")
    first = errors[0]
    error = F.when(first["column"].isNull(), first["reason"]).otherwise(
        F.concat(first["column"], F.lit(": "), first["reason"])
    )
    failed = F.concat(F.lit("rule failed: "), F.array_join(rules, "; "))
    return F.coalesce(error, failed, F.lit("no reason given"))


def _or_null(frame: DataFrame, column: str, ddl: str) -> Column:
    return F.col(quote(column)) if column in frame.columns else F.lit(None).cast(ddl)
