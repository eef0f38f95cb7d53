"""What an event does to its key, and what makes an event unusable whatever its columns hold."""

from __future__ import annotations

from pyspark.errors import AnalysisException, ParseException
from pyspark.sql import Column, DataFrame
from pyspark.sql import functions as F

from etl_core.changes.order import order_columns
from etl_core.config.models.target import Target
from etl_core.errors import TransformError
from etl_core.names import DELETE, ERRORS, ERRORS_TYPE, literal, quote

OPERATIONS = ("I", "U", "D")  # as AWS DMS writes them; NULL is a row of a full load
TRUNCATE = "_strata_truncate"  # boolean: the event empties the table; never stored


def delete_condition(target: Target) -> str | None:
    """SQL condition on an event: it deletes its key. None: nothing that arrives deletes."""
    if target.mode == "merge":
        return None
    if target.delete_when:
        return target.delete_when
    return f"{quote(target.operation_column)} = 'D'" if target.operation_column else None


def keyless_condition(target: Target) -> str | None:
    """SQL condition on an event: it says nothing about a row's values, so only keys and order count."""
    conditions = [f"({one})" for one in (delete_condition(target), target.truncate_when) if one]
    return " OR ".join(conditions) or None


def with_delete(df: DataFrame, target: Target) -> DataFrame:
    """Adds `_strata_delete` boolean and, where the target knows truncates, `_strata_truncate` boolean;
    neither is ever NULL, and no event is both.

    Raises TransformError when a condition does not fit the events.
    """
    deletes = delete_condition(target)
    if not target.truncate_when:
        return df.withColumn(DELETE, _flag(df, deletes, "delete_when"))
    truncates = _flag(df, target.truncate_when, "truncate_when")
    deletes_key = _flag(df, deletes, "delete_when") & ~truncates
    return df.withColumns({DELETE: deletes_key, TRUNCATE: truncates})


def with_event_errors(df: DataFrame, target: Target) -> DataFrame:
    """Adds to `_strata_errors` what makes a row unusable as an event: a NULL key, a NULL in its
    order, an unknown operation, a before-key of another type. The column is created if `df` lacks it;
    NULL where nothing is wrong. Of a truncate only its place in the order has to be right.

    A column that already has an error keeps that one only: a key that did not parse is NULL because
    of it, and one mistake should be counted once. For the same reason nothing is added to an error
    without a column: the whole row could not be read.

    Raises TransformError when the rows lack a column that operations, before-keys or order need.
    """
    _refuse_missing(df, target)
    order = order_columns(df, target.sequence_by, needed=target.takes_events)
    known = ERRORS if ERRORS in df.columns else f"CAST(NULL AS {ERRORS_TYPE})"
    if target.truncate_when and ERRORS in df.columns:
        placing = (*order, *filter(None, [_event_time(target)]))
        known = f"CASE WHEN {_holds(target.truncate_when)} THEN {_about(known, placing)} ELSE {known} END"
    none = f"CAST(ARRAY() AS {ERRORS_TYPE})"
    checks = _checks(df, target, order)
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


def _refuse_missing(df: DataFrame, target: Target) -> None:
    if target.operation_column and target.mode != "merge" and target.operation_column not in df.columns:
        raise TransformError(
            f"the events have no operation column {target.operation_column!r}: deletes would be lost",
            hint="let the job keep it, or name the right column in target.operation_column",
        )
    missing = [name for name in target.before_keys if name not in df.columns]
    if missing:
        raise TransformError(
            f"before_keys names {', '.join(missing)}, which the events do not have: changed keys would leave "
            "their old rows behind",
            hint="let the job keep it, or name the right column in target.before_keys",
        )


def _checks(df: DataFrame, target: Target, order: tuple[str, ...]) -> list[tuple[str, str, str]]:
    """(column, SQL condition that it is wrong, SQL of the error)."""
    truncates = _holds(target.truncate_when) if target.truncate_when else ""
    keyed = f" AND NOT {truncates}" if truncates else ""
    checks = [(key, f"{quote(key)} IS NULL{keyed}", event_error("'NULL key'", key)) for key in target.keys]
    for name in order:
        without = f"{quote(name)} IS NULL"
        if name in target.keys:  # a NULL key already, but for a truncate
            without += f" AND {truncates or 'FALSE'}"
        checks.append((name, without, event_error("'NULL in the order of events'", name)))
    if target.operation_column and target.mode != "merge":
        name = target.operation_column
        value = f"CAST({quote(name)} AS STRING)"
        known = ", ".join(literal(operation) for operation in OPERATIONS)
        reason = f"CONCAT('unknown operation \\'', {value}, '\\'')"
        checks.append((name, f"{value} NOT IN ({known}){keyed}", event_error(reason, name, value)))
    return [*checks, *_before_key_checks(df, target)]


def _event_time(target: Target) -> str | None:
    return target.event_time if target.history == "scd2" else None


def _before_key_checks(df: DataFrame, target: Target) -> list[tuple[str, str, str]]:
    """A before-key has to be a value of its key's type; deletes and truncates don't need one."""
    without = keyless_condition(target)
    upsert = f" AND NOT {_holds(without)}" if without else ""
    checks = []
    for key, name in zip(target.keys, target.before_keys):  # noqa: B905  one a key, or none at all
        wanted = df.schema[key].dataType.simpleString()
        if df.schema[name].dataType.simpleString() != wanted:
            column = quote(name)
            wrong = f"{column} IS NOT NULL AND TRY_CAST({column} AS {wanted}) IS NULL{upsert}"
            error = event_error(
                literal(f"not of the key's type, {wanted}"), name, f"CAST({column} AS STRING)"
            )
            checks.append((name, wrong, error))
    return checks


def _explained(known: str, column: str) -> str:
    """An error about this column, or about the whole row (its column is NULL, and then
    `ARRAY_CONTAINS` answers NULL), is known already. No higher-order function: those would take the
    hot path out of code generation."""
    return f"COALESCE(ARRAY_CONTAINS(({known}).column, {literal(column)}), ({known}) IS NOT NULL)"


def _about(errors: str, columns: tuple[str, ...]) -> str:
    """SQL: the errors about these columns or about the row as a whole; NULL if there are none."""
    names = ", ".join(literal(name) for name in columns)
    kept = f"FILTER({errors}, error -> error.column IS NULL OR error.column IN ({names}))"
    return f"NULLIF({kept}, CAST(ARRAY() AS {ERRORS_TYPE}))"


def _holds(condition: str) -> str:
    """SQL boolean, never NULL."""
    return f"COALESCE(CAST(({condition}) AS BOOLEAN), FALSE)"


def _flag(df: DataFrame, condition: str | None, setting: str) -> Column:
    """Whether the condition holds, never NULL. It is tried on `df`, so that a mistake in it is named."""
    if condition is None:
        return F.lit(False)
    try:
        flag = F.expr(_holds(condition))
        df.select(flag)
    except (AnalysisException, ParseException) as error:
        what = "deletes" if setting == "delete_when" else "truncates"
        raise TransformError(
            f"the condition for {what} does not fit the events: {condition}: {error}",
            hint=f"target.{setting} is a SQL condition over the columns that arrive",
        ) from error
    return flag
