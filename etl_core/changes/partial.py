"""Partial updates: what an event leaves NULL is taken from the row as it was before the event.

Each event becomes whole, as if the events of its key had been applied one at a time; then the newest
wins as ever. Opt-in, for it reads the rows held and sorts the events of a key.
"""

from __future__ import annotations

from pyspark.sql import DataFrame
from pyspark.sql import functions as F

from etl_core.changes.operations import TRUNCATE
from etl_core.names import DELETE, ERRORS, IS_DELETED, SEQ, SYSTEM_PREFIX, quote

_HELD = "_strata_held"  # boolean: not an event, but what the table or a tombstone knows
_RESETS = "_strata_resets"  # boolean: nothing older shows through
_SPAN = "_strata_span"  # bigint: number of the stretch between resets
_EMPTIED = "_strata_emptied"  # the newest truncate
_NOTHING = "_strata_nothing"  # boolean: has no values to give to later events


def completed(
    events: DataFrame,
    keys: tuple[str, ...],
    *,
    held: DataFrame | None,
    tombstones: DataFrame | None,
    emptied: DataFrame | None,
) -> DataFrame:
    """The events, each NULL of an upsert replaced by the column's last value before it.

    In: events as `resolve` takes them; `held` the table's rows of any keys, with `_strata_seq`, and
    `is_deleted` where deletes are soft; `tombstones` with keys and `_strata_seq`; `emptied` with the
    `_strata_seq` of truncates. Out: the events' columns, and those that only the table has. Values come
    from good upserts and from the row held; a delete, a soft-deleted row and a tombstone reset them, and
    so does a truncate for every key. The row held hides everything older: a late event changes nothing.
    """
    known = [frame for frame in (_held(held), _tombstones(tombstones, keys)) if frame is not None]
    stream = events.withColumns({_HELD: F.lit(False), _RESETS: F.col(DELETE)})
    for frame in known:
        mine = frame.join(events.select(*(quote(key) for key in keys)).distinct(), list(keys), "left_semi")
        stream = stream.unionByName(mine, allowMissingColumns=True)
    stream = _spans(stream, emptied, keys)
    names = [name for name in stream.columns if not name.startswith(SYSTEM_PREFIX) and name not in keys]
    by_key = ", ".join(quote(key) for key in keys)
    window = f"PARTITION BY {by_key}, {_SPAN} ORDER BY {SEQ} ROWS UNBOUNDED PRECEDING"
    values = {
        name: f"CASE WHEN {_NOTHING} THEN {quote(name)} ELSE LAST(CASE WHEN NOT {_NOTHING} THEN "
        f"{quote(name)} END, TRUE) OVER ({window}) END"
        for name in names
    }
    added = (_HELD, _RESETS, _SPAN, _NOTHING)
    columns = [f"{values.get(c, quote(c))} AS {quote(c)}" for c in stream.columns if c not in added]
    return stream.selectExpr(*columns, _HELD).where(f"NOT {_HELD}").drop(_HELD)


def _spans(stream: DataFrame, emptied: DataFrame | None, keys: tuple[str, ...]) -> DataFrame:
    """Numbers the stretches between resets, by key and in the order of events."""
    wrong = f"COALESCE(SIZE({ERRORS}) > 0, FALSE)"
    nothing = f"{DELETE} OR {wrong}"
    if TRUNCATE in stream.columns:
        nothing += f" OR COALESCE({TRUNCATE}, FALSE)"
    if emptied is not None:
        stream = stream.crossJoin(F.broadcast(emptied.agg(F.max(SEQ).alias(_EMPTIED))))
        nothing += f" OR COALESCE({SEQ} <= {_EMPTIED}, FALSE)"
    by_key = ", ".join(quote(key) for key in keys)
    window = f"PARTITION BY {by_key} ORDER BY {SEQ}, {_HELD} DESC ROWS UNBOUNDED PRECEDING"
    span = f"COUNT_IF({_RESETS} AND NOT {wrong}) OVER ({window})"
    known = f"MAX(CASE WHEN {_HELD} THEN {SEQ} END) OVER (PARTITION BY {by_key})"
    nothing += f" OR (NOT {_HELD} AND COALESCE({SEQ} <= {known}, FALSE))"
    return stream.selectExpr("*", f"({nothing}) AS {_NOTHING}", f"{span} AS {_SPAN}").drop(_EMPTIED)


def _held(rows: DataFrame | None) -> DataFrame | None:
    if rows is None:
        return None
    deleted = F.coalesce(F.col(IS_DELETED), F.lit(False)) if IS_DELETED in rows.columns else F.lit(False)
    own = [quote(name) for name in rows.columns if not name.startswith(SYSTEM_PREFIX) and name != IS_DELETED]
    flags = (deleted.alias(DELETE), F.lit(True).alias(_HELD), F.lit(True).alias(_RESETS))
    return rows.select(*own, SEQ, *flags)


def _tombstones(rows: DataFrame | None, keys: tuple[str, ...]) -> DataFrame | None:
    if rows is None:
        return None
    flags = (F.lit(True).alias(name) for name in (DELETE, _HELD, _RESETS))
    return rows.select(*(quote(key) for key in keys), SEQ, *flags)
