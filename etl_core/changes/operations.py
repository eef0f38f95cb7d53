"""What an event does to its key, and what makes an event unusable whatever its columns hold."""

from __future__ import annotations

from pyspark.sql import Column, DataFrame
from pyspark.sql import functions as F

from etl_core.changes.order import order_columns
from etl_core.config.models.target import Target
from etl_core.names import DELETE, ERRORS, quote

OPERATIONS = ("I", "U", "D")  # as AWS DMS writes them; NULL is a row of a full load
ERROR_TYPE = "array<struct<column:string,value:string,reason:string>>"


def delete_condition(target: Target) -> str | None:
    """SQL condition on an event: it deletes its key. None: nothing that arrives deletes."""
    if target.mode == "merge":
        return None
    if target.delete_when:
        return target.delete_when
    return f"{quote(target.operation_column)} = 'D'" if target.operation_column else None


def with_delete(df: DataFrame, target: Target) -> DataFrame:
    """Adds `_strata_delete` boolean, never NULL."""
    condition = delete_condition(target)
    deletes = F.coalesce(F.expr(condition), F.lit(False)) if condition else F.lit(False)
    return df.withColumn(DELETE, deletes)


def with_event_errors(df: DataFrame, target: Target) -> DataFrame:
    """Adds to `_strata_errors` what makes a row unusable as an event: a NULL key, a NULL in its
    order, an unknown operation. The column is created if `df` lacks it; NULL where nothing is wrong.

    A column that already has an error keeps that one only: a key that did not parse is NULL because
    of it, and one mistake should be counted once.
    """
    found = event_errors(df, target)
    known = F.col(ERRORS) if ERRORS in df.columns else F.lit(None).cast(ERROR_TYPE)
    repeated = F.transform(known, lambda error: error["column"])
    fresh = F.filter(found, lambda error: ~F.array_contains(repeated, error["column"]))
    both = F.when(known.isNull(), found).otherwise(F.concat(known, fresh))
    return df.withColumn(ERRORS, F.when(found.isNull(), known).otherwise(both))


def event_errors(df: DataFrame, target: Target) -> Column:
    """array<struct<column string, value string, reason string>>: the errors of one event, or NULL."""
    order = order_columns(df, target.sequence_by)
    checks = [(F.col(quote(key)).isNull(), _error(key, None, "NULL key")) for key in target.keys]
    checks += [
        (F.col(quote(name)).isNull(), _error(name, None, "NULL in the order of events"))
        for name in order
        if name not in target.keys
    ]
    checks += _operation_check(df, target)
    wrong = F.lit(False)
    for condition, _ in checks:
        wrong = wrong | condition
    errors = F.array(*(F.when(condition, error) for condition, error in checks))
    return F.when(wrong, F.filter(errors, lambda error: error.isNotNull()))


def _operation_check(df: DataFrame, target: Target) -> list[tuple[Column, Column]]:
    name = target.operation_column
    if not name or target.mode == "merge" or name not in df.columns:
        return []
    value = F.col(quote(name)).cast("string")
    reason = F.concat(F.lit("unknown operation '"), value, F.lit("'"))
    unknown = value.isNotNull() & ~value.isin(*OPERATIONS)
    return [(unknown, _error(name, value, reason))]


def _error(column: str, value: Column | None, reason: str | Column) -> Column:
    return F.struct(
        F.lit(column).alias("column"),
        (F.lit(None) if value is None else value).cast("string").alias("value"),
        (F.lit(reason) if isinstance(reason, str) else reason).alias("reason"),
    )
