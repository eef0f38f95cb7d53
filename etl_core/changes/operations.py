"""What an event does to its key, and what makes an event unusable whatever its columns hold."""

from __future__ import annotations

from functools import reduce

from pyspark.errors import AnalysisException
from pyspark.sql import Column, DataFrame
from pyspark.sql import functions as F

from etl_core.changes.order import order_columns
from etl_core.config.models.target import Target
from etl_core.errors import TransformError
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
    if condition is None:
        return df.withColumn(DELETE, F.lit(False))
    try:
        return df.withColumn(DELETE, F.coalesce(F.expr(condition).cast("boolean"), F.lit(False)))
    except AnalysisException as error:
        raise TransformError(
            f"the condition for deletes does not fit the events: {condition}: {error}",
            hint="target.delete_when is a SQL condition over the columns that arrive",
        ) from error


def with_event_errors(df: DataFrame, target: Target) -> DataFrame:
    """Adds to `_strata_errors` what makes a row unusable as an event: a NULL key, a NULL in its
    order, an unknown operation. The column is created if `df` lacks it; NULL where nothing is wrong.

    A column that already has an error keeps that one only: a key that did not parse is NULL because
    of it, and one mistake should be counted once. For the same reason nothing is added to an error
    without a column: the whole row could not be read.

    Raises TransformError when the rows lack a column that operations or order need.
    """
    if target.operation_column and target.mode != "merge" and target.operation_column not in df.columns:
        raise TransformError(
            f"the events have no operation column {target.operation_column!r}: deletes would be lost",
            hint="let the job keep it, or name the right column in target.operation_column",
        )
    known = F.col(ERRORS) if ERRORS in df.columns else F.lit(None).cast(ERROR_TYPE)
    none = F.array().cast(ERROR_TYPE)
    found = [(wrong & ~_explained(known, name), error) for name, wrong, error in _checks(df, target)]
    fresh = [F.when(wrong, F.array(error)).otherwise(none) for wrong, error in found]
    any_wrong = reduce(lambda left, right: left | right, (wrong for wrong, _ in found), F.lit(False))
    return df.withColumn(
        ERRORS, F.when(any_wrong, F.concat(F.coalesce(known, none), *fresh)).otherwise(known)
    )


def event_error(reason: str | Column, column: str | None = None, value: Column | None = None) -> Column:
    """One entry of `_strata_errors`; without a column it is about the event as a whole."""
    return F.struct(
        F.lit(column).cast("string").alias("column"),
        (F.lit(None) if value is None else value).cast("string").alias("value"),
        (F.lit(reason) if isinstance(reason, str) else reason).alias("reason"),
    )


def _checks(df: DataFrame, target: Target) -> list[tuple[str, Column, Column]]:
    """(column, condition that it is wrong, the error)."""
    order = [name for name in order_columns(df, target.sequence_by) if name not in target.keys]
    checks = [(key, F.col(quote(key)).isNull(), event_error("NULL key", key)) for key in target.keys]
    checks += [
        (name, F.col(quote(name)).isNull(), event_error("NULL in the order of events", name))
        for name in order
    ]
    if target.operation_column and target.mode != "merge":
        value = F.col(quote(target.operation_column)).cast("string")
        reason = F.concat(F.lit("unknown operation '"), value, F.lit("'"))
        unknown = value.isNotNull() & ~value.isin(*OPERATIONS)
        checks.append((target.operation_column, unknown, event_error(reason, target.operation_column, value)))
    return checks


def _explained(known: Column, column: str) -> Column:
    """An error about this column, or about the whole row (its column is NULL, and then
    `array_contains` answers NULL), is known already. No higher-order function: those would take the
    hot path out of code generation."""
    return F.coalesce(F.array_contains(known["column"], column), known.isNotNull())
