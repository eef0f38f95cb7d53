"""The quarantine side table: rows that were read and not published, with the reasons."""

from __future__ import annotations

from pyspark.sql import Column, DataFrame
from pyspark.sql import functions as F

from etl_core.names import (
    ERRORS,
    ERRORS_TYPE,
    INGESTED_AT,
    RAW_LINE,
    ROW,
    RUN_ID,
    SOURCE_FILE,
    SYSTEM_PREFIX,
    quote,
)
from etl_core.report.records import QuarantineReason
from etl_core.run.engine import Engine
from quality.engine import RULES_FAILED

SHOWN_REASONS = 20


def quarantine_rows(engine: Engine, rejected: DataFrame) -> DataFrame:
    """Rejected rows in the quarantine table's shape, whatever their own columns are.

    Columns out: `reason` string, `errors` array<struct<column,value,reason>>, `rules` array<string>,
    `row` string (the row as JSON, or the line as received), `_strata_source_file` string,
    `_strata_row` bigint, `_strata_run_id` string, `_strata_ingested_at` timestamp (logical time).
    """
    own = [F.col(quote(c)) for c in rejected.columns if not c.startswith(SYSTEM_PREFIX)]
    row = F.to_json(F.struct(*own), {"ignoreNullFields": "false"}) if own else F.lit(None).cast("string")
    return rejected.select(
        _reason(rejected).alias("reason"),
        _or_null(rejected, ERRORS, ERRORS_TYPE).alias("errors"),
        _or_null(rejected, RULES_FAILED, "array<string>").alias("rules"),
        F.coalesce(_or_null(rejected, RAW_LINE, "string"), row).alias("row"),
        _or_null(rejected, SOURCE_FILE, "string").alias(SOURCE_FILE),
        _or_null(rejected, ROW, "bigint").alias(ROW),
        F.lit(engine.run_id).alias(RUN_ID),
        F.lit(engine.logical_time).cast("timestamp").alias(INGESTED_AT),
    )


def reasons(rows: DataFrame) -> tuple[QuarantineReason, ...]:
    """The most frequent reasons, for the report."""
    top = rows.groupBy("reason").count().orderBy(F.desc("count"), "reason").limit(SHOWN_REASONS)
    return tuple(QuarantineReason(reason=row["reason"], rows=row["count"]) for row in top.collect())


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
