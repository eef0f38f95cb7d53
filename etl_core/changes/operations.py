"""What an event does to its key, and what makes an event unusable whatever its columns hold."""

from __future__ import annotations

from pyspark.errors import AnalysisException
from pyspark.sql import DataFrame
from pyspark.sql import functions as F

from etl_core.changes.order import order_columns
from etl_core.config.models.target import Target
from etl_core.errors import TransformError
from etl_core.names import DELETE, ERRORS, ERRORS_TYPE, literal, quote

OPERATIONS = ("I", "U", "D")  # as AWS DMS writes them; NULL is a row of a full load


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
    known = ERRORS if ERRORS in df.columns else f"CAST(NULL AS {ERRORS_TYPE})"
    none = f"CAST(ARRAY() AS {ERRORS_TYPE})"
    checks = _checks(df, target)
    any_wrong = " OR ".join(f"({wrong})" for _, wrong, _ in checks)
    fresh = ", ".join(
        f"CASE WHEN ({wrong}) AND NOT {_explained(known, name)} THEN ARRAY({error}) ELSE {none} END"
        for name, wrong, error in checks
    )
    both = f"CONCAT(COALESCE({known}, {none}), {fresh})"
    return df.withColumn(ERRORS, F.expr(f"CASE WHEN {any_wrong} THEN {both} ELSE {known} END"))


def event_error(reason: str, column: str | None = None, value: str = "CAST(NULL AS STRING)") -> str:
    """SQL of one entry of `_strata_errors`, `reason` and `value` being SQL; without a column it is about
    the event as a whole."""
    return f"NAMED_STRUCT('column', {literal(column)}, 'value', {value}, 'reason', {reason})"


def _checks(df: DataFrame, target: Target) -> list[tuple[str, str, str]]:
    """(column, SQL condition that it is wrong, SQL of the error)."""
    order = [name for name in order_columns(df, target.sequence_by) if name not in target.keys]
    checks = [(key, f"{quote(key)} IS NULL", event_error("'NULL key'", key)) for key in target.keys]
    checks += [
        (name, f"{quote(name)} IS NULL", event_error("'NULL in the order of events'", name)) for name in order
    ]
    if target.operation_column and target.mode != "merge":
        name = target.operation_column
        value = f"CAST({quote(name)} AS STRING)"
        known = ", ".join(literal(operation) for operation in OPERATIONS)
        reason = f"CONCAT('unknown operation \\'', {value}, '\\'')"
        checks.append((name, f"{value} NOT IN ({known})", event_error(reason, name, value)))
    return checks


def _explained(known: str, column: str) -> str:
    """An error about this column, or about the whole row (its column is NULL, and then
    `ARRAY_CONTAINS` answers NULL), is known already. No higher-order function: those would take the
    hot path out of code generation."""
    return f"COALESCE(ARRAY_CONTAINS(({known}).column, {literal(column)}), ({known}) IS NOT NULL)"
