"""A full extract against a history: what it lacks is closed, what differs is closed and opened anew.

A row takes effect at the extract's time, or at its own event time if that lies between the last change
known of its key and the extract. So what earlier extracts left behind never changes, and nothing has to
be remembered. An extract that is read again (it came anew, corrected or completed) replaces what it did.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from pyspark.sql import DataFrame
from pyspark.sql import functions as F

from etl_core.changes.compare import differ, filled, same_columns
from etl_core.changes.order import EXTRACT
from etl_core.changes.resolve import BAD
from etl_core.changes.scd2 import tracked_columns
from etl_core.changes.snapshot import CHANGE, FOLLOWS, GONE, HERE, NEW, joined, timestamp
from etl_core.config.models.target import Target
from etl_core.names import DELETE, HISTORY_COLUMNS, IS_CURRENT, SEQ, VALID_FROM, VALID_TO, literal, quote

# Columns while a key is judged, beside `e`, its row of the extract as a struct.
_PRIOR = "prior"  # struct: the last interval that began before this extract
_OWN = "own"  # array of structs: intervals that began with it, when it was read before
_LIVE = "live"  # boolean: the prior interval lasted until this extract
_CHANGED = "changed"  # boolean: the extract's row opens an interval
_AT = "at"  # when that begins


def interval_differences(
    extract: DataFrame, held: DataFrame | None, target: Target, at: datetime
) -> DataFrame:
    """What has to change so that the history goes on with the extract of the time `at`.

    `extract`: one row a key with data, `_strata_seq` and `_strata_bad`; a bad row leaves all intervals
    of its key as they are. `held`: the table, None if it does not exist yet.

    Out: data, `valid_from`, `valid_to`, `is_current`, `_strata_seq`, `_strata_delete` (the interval goes),
    `_strata_change`.
    """
    time_type = (
        extract.schema[target.event_time].dataType.simpleString() if target.event_time else "timestamp"
    )
    now = f"CAST({timestamp(at)} AS {time_type})"
    if held is None:
        return _first(extract, target, now, time_type)
    names = same_columns(extract, held, HISTORY_COLUMNS)
    arrived = extract.selectExpr(*filled(extract, held, names), SEQ, BAD, f"TRUE AS {HERE}")
    own = f"({VALID_FROM} >= {now} OR COALESCE({SEQ}.{EXTRACT} >= {timestamp(at)}, FALSE))"
    if target.event_time is None:  # then only intervals that touch the extract's time matter
        held = held.where(f"{VALID_TO} IS NULL OR {VALID_TO} >= {now}")
    known = _by_key(held.selectExpr(*filled(held, extract, names), SEQ, VALID_FROM, VALID_TO), target, own)
    tracked = differ(tracked_columns(names, target), arrived.schema, "e", _PRIOR)
    judged = _judged(joined(arrived, known, target.keys), target, now, tracked)
    values = differ(names, arrived.schema, "o", "e")
    rows = judged.selectExpr(f"INLINE({_rows((*names, SEQ), values, now, time_type)})")
    return _stored(rows, names)


def _first(extract: DataFrame, target: Target, now: str, time_type: str) -> DataFrame:
    """A table that does not exist yet."""
    rows = extract.where(f"NOT {BAD}").selectExpr(
        "*",
        f"{_begin(target, now, '', 'FALSE')} AS {VALID_FROM}",
        f"CAST(NULL AS {time_type}) AS {VALID_TO}",
        f"FALSE AS {DELETE}",
        f"{literal(NEW)} AS {CHANGE}",
    )
    return _stored(rows, same_columns(extract, extract, HISTORY_COLUMNS))


def _by_key(held: DataFrame, target: Target, own: str) -> DataFrame:
    interval = f"NAMED_STRUCT({', '.join(f'{literal(name)}, {quote(name)}' for name in held.columns)})"
    return held.groupBy(*(quote(key) for key in target.keys)).agg(
        F.expr(f"MAX_BY({interval}, {VALID_FROM}) FILTER (WHERE NOT {own})").alias(_PRIOR),
        F.expr(f"COLLECT_LIST({interval}) FILTER (WHERE {own})").alias(_OWN),
    )


def _judged(pairs: DataFrame, target: Target, now: str, differs: str) -> DataFrame:
    none = f"FILTER(ARRAY(h.{_PRIOR}), x -> FALSE)"
    lasted = f"{_PRIOR}.{VALID_TO} IS NULL OR {_PRIOR}.{VALID_TO} >= {now}"
    cut_by_own = f"EXISTS({_OWN}, o -> o.{VALID_FROM} = {_PRIOR}.{VALID_TO})"
    known = f"{_PRIOR} IS NOT NULL AND {{}} <= IF({_LIVE}, {_PRIOR}.{VALID_FROM}, {_PRIOR}.{VALID_TO})"
    return (
        pairs.selectExpr(
            f"IF(e.{HERE}, STRUCT(e.*), NULL) AS e", f"h.{_PRIOR}", f"COALESCE(h.{_OWN}, {none}) AS {_OWN}"
        )
        .where(f"e IS NULL OR NOT e.{BAD}")
        .selectExpr("*", f"{_PRIOR} IS NOT NULL AND COALESCE({lasted} OR {cut_by_own}, FALSE) AS {_LIVE}")
        .selectExpr(
            "*",
            f"e IS NOT NULL AND (NOT {_LIVE} OR {differs}) AS {_CHANGED}",
            f"{_begin(target, now, 'e.', known)} AS {_AT}",
        )
    )


def _begin(target: Target, now: str, side: str, known: str) -> str:
    """SQL of the time at which the extract's row takes effect; `known`: whether it is not after what is
    known of its key, `{}` standing for the time."""
    if target.event_time is None:
        return now
    own = f"{side}{quote(target.event_time)}"
    return f"CASE WHEN {own} <= {now} AND NOT ({known.format(own)}) THEN {own} ELSE {now} END"


def _rows(stored: Sequence[str], values: str, now: str, time_type: str) -> str:
    """SQL of an array of the rows to write and to remove; `values`: whether the data of `o`, an interval
    of this extract, and of `e` differ."""

    def row(side: str, begin: str, end: str, deleted: str, change: str) -> str:
        fields = {name: f"{side}.{quote(name)}" for name in stored}
        fields |= {VALID_FROM: begin, VALID_TO: end, DELETE: deleted, CHANGE: change}
        return f"NAMED_STRUCT({', '.join(f'{literal(name)}, {sql}' for name, sql in fields.items())})"

    def change(side: str) -> str:
        return f"IF(e IS NULL AND {side}.{VALID_TO} IS NULL, {literal(GONE)}, {literal(FOLLOWS)})"

    end = f"CASE WHEN {_CHANGED} THEN {_AT} WHEN e IS NULL THEN {now} END"
    opened = row("e", _AT, f"CAST(NULL AS {time_type})", "FALSE", literal(NEW))
    closed = row(_PRIOR, f"{_PRIOR}.{VALID_FROM}", end, "FALSE", change(_PRIOR))
    removed = row("o", f"o.{VALID_FROM}", f"o.{VALID_TO}", "TRUE", change("o"))
    stands = f"o.{VALID_FROM} = {_AT}"
    there = f"EXISTS({_OWN}, o -> {stands} AND o.{VALID_TO} IS NULL AND NOT ({values}))"
    written = (
        f"IF({_CHANGED} AND NOT {there}, {opened}, NULL)",
        f"IF({_LIVE} AND NOT ({_PRIOR}.{VALID_TO} <=> {end}), {closed}, NULL)",
    )
    return (
        f"CONCAT(FILTER(ARRAY({', '.join(written)}), row -> row IS NOT NULL), "
        f"TRANSFORM(FILTER({_OWN}, o -> NOT ({_CHANGED} AND {stands})), o -> {removed}))"
    )


def _stored(rows: DataFrame, names: Sequence[str]) -> DataFrame:
    data = [quote(name) for name in names]
    return rows.selectExpr(
        *data, VALID_FROM, VALID_TO, f"{VALID_TO} IS NULL AS {IS_CURRENT}", SEQ, DELETE, CHANGE
    )
