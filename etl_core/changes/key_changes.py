"""An update that changes its key is two events: a delete of the old key, an upsert of the new one."""

from __future__ import annotations

from pyspark.sql import DataFrame

from etl_core.changes.operations import TRUNCATE
from etl_core.config.models.target import Target
from etl_core.names import DELETE, ERRORS, SEQ, literal, quote

OLD_KEY = "_strata_old_key"  # boolean: this half of the event deletes the old key; never stored


def split_key_changes(events: DataFrame, target: Target) -> DataFrame:
    """Both halves have the sequence of the event they come from; the deleting half has no errors, and
    says so in `_strata_old_key` boolean.

    In: events with `_strata_seq`, `_strata_delete` and `_strata_errors`. A before-key that is NULL says
    that this part of the key did not change. An event is not split if it is a delete, or if its keys,
    before-keys, order or operation are wrong. One whose other columns are wrong is: its old key is gone
    from the source all the same, as it would be had the source sent two events.
    """
    if not target.before_keys:
        return events
    before = dict(zip(target.keys, _before(events, target), strict=True))
    halves = f"CASE WHEN {_changed(events, target, before)} THEN ARRAY(TRUE, FALSE) ELSE ARRAY(FALSE) END"
    values = {key: f"CASE WHEN {OLD_KEY} THEN {old} ELSE {quote(key)} END" for key, old in before.items()}
    values[DELETE] = f"{OLD_KEY} OR {DELETE}"
    values[ERRORS] = f"CASE WHEN NOT {OLD_KEY} THEN {ERRORS} END"
    exploded = events.selectExpr("*", f"EXPLODE({halves}) AS {OLD_KEY}")
    columns = (f"{values.get(c, quote(c))} AS {quote(c)}" for c in events.columns)
    return exploded.selectExpr(*columns, OLD_KEY)


def _before(events: DataFrame, target: Target) -> list[str]:
    """SQL of the key as it was, each part of the key's own type."""
    types = {key: events.schema[key].dataType.simpleString() for key in target.keys}
    return [
        f"COALESCE(TRY_CAST({quote(name)} AS {types[key]}), {quote(key)})"
        for key, name in zip(target.keys, target.before_keys, strict=True)
    ]


def _changed(events: DataFrame, target: Target, before: dict[str, str]) -> str:
    needed = [*target.keys, *target.before_keys, *target.sequence_by, target.operation_column]
    names = ", ".join(literal(name) for name in needed if name)
    wrong = f"EXISTS({ERRORS}, error -> error.column IS NULL OR error.column IN ({names}))"
    whole = [f"{quote(key)} IS NOT NULL" for key in target.keys]
    upsert = [f"NOT {flag}" for flag in (DELETE, TRUNCATE) if flag in events.columns]
    differs = " OR ".join(f"NOT ({old} <=> {quote(key)})" for key, old in before.items())
    return " AND ".join(
        [*upsert, *whole, f"{SEQ} IS NOT NULL", f"NOT COALESCE({wrong}, FALSE)", f"({differs})"]
    )
