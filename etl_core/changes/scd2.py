"""History in event time: any permutation, batching or repetition of the events gives the same table.

What is known of a key is the set of its effective events, one an event time (the newest in the order of
events wins). The table holds those that open an interval; the side table `history` remembers the others:
deletes, and events that changed nothing when they came, for a late event may make them open one (A at 1, A
at 3, and then B at 2 gives A, B, A). So a batch needs only what is known of its own keys.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import reduce

from pyspark.sql import DataFrame
from pyspark.sql import functions as F

from etl_core.changes.compare import differ
from etl_core.config.models.target import Target
from etl_core.names import (
    DELETE,
    HISTORY_COLUMNS,
    INGESTED_AT,
    IS_CURRENT,
    KIND,
    RUN_ID,
    SEQ,
    SYSTEM_PREFIX,
    VALID_FROM,
    VALID_TO,
    literal,
    quote,
)

# Where an event comes from. The greater one wins between events that are equal in time and order: what
# is known already stays.
BATCH, TRUNCATION, REMEMBERED, HELD = range(4)
UPSERT, DELETED = "upsert", "delete"  # what a row of the side table stands for
_ORIGIN = "_strata_origin"  # int: one of these
_ENDS = "_strata_ends"  # VALID_TO of the interval held
_EVENT = "_strata_event"  # struct: the event that counts at its time
_INTERVAL = "_strata_interval"  # struct<seq, ends>: the interval held that begins then, if there is one
_MEMORY = "_strata_memory"  # `_strata_seq` of what the side table remembers for this time
_ARRIVED = "_strata_arrived"  # bigint: events of the batch at this time
_BEFORE = "_strata_before"  # struct: the event before this one
_OPENS = "_strata_opens"  # boolean: the event opens an interval
WRITES = "_strata_writes"  # boolean: the interval is new or differs from the one held
VANISHES = "_strata_vanishes"  # boolean: an interval is held, and the event opens none
REMEMBERS = "_strata_remembers"  # boolean: to be remembered from now on


@dataclass(frozen=True)
class Counts:
    """The account of a batch's good events, and of what they do to the table (in intervals)."""

    read: int
    written: int  # events that are part of the history now, and were not before
    upserts: int
    deletes: int
    remembered: int

    @classmethod
    def of(cls, found: Mapping[str, int | None]) -> Counts:
        """From what `ACCOUNT` counted."""
        return cls(**{name: int(value or 0) for name, value in found.items()})

    @property
    def superseded(self) -> int:
        return self.read - self.written


def tracked_columns(columns: Sequence[str], target: Target) -> tuple[str, ...]:
    """The columns whose change opens an interval: `track`, or all but `track_except`. Without `track`
    the columns that place an event in time and order are not among them: they change with every event."""
    if target.track:
        return tuple(name for name in columns if name in target.track)
    placing = (*target.keys, *target.sequence_by, target.event_time, *target.track_except)
    return tuple(name for name in columns if name not in placing and not _is_own(name))


def timeline(
    events: DataFrame,
    held: DataFrame | None,
    remembered: DataFrame | None,
    truncations: DataFrame | None,
    target: Target,
) -> DataFrame:
    """What the events of a batch make of the history of their keys, by one shuffle.

    `events`: good ones, with `valid_from` (their event time), `_strata_seq` and `_strata_delete`. `held`:
    the table's rows of these keys; `remembered`: the rows of the side table of these keys; `truncations`:
    a row for each of these keys and each time at which all keys were deleted (keys, `valid_from`,
    `_strata_seq`).

    Out: one row a key and event time that is touched, with the table's columns (data, `valid_from`,
    `valid_to`, `is_current`, `_strata_seq`), `_strata_delete`, the marks above and those that `counts`
    needs. Checkpoint it, take `counts`, then `changes` and `memories`.
    """
    origins = {BATCH: events, HELD: held, REMEMBERED: remembered, TRUNCATION: truncations}
    known = reduce(
        lambda left, right: left.unionByName(right, allowMissingColumns=True),
        [_part(frame, origin) for origin, frame in origins.items() if frame is not None],
    )
    columns = [name for name in known.columns if _is_data(name)]
    keys = [quote(key) for key in target.keys]
    return _chained(_by_time(known.repartition(*keys), target, columns), target, columns)


# SQL aggregates over a timeline, by the names of `Counts`; a sum over no rows is NULL
ACCOUNT = {
    "read": f"SUM({_ARRIVED})",
    "written": f"COUNT_IF({_ORIGIN} = {BATCH})",
    "upserts": f"COUNT_IF({WRITES})",
    "deletes": f"COUNT_IF({VANISHES})",
    "remembered": f"COUNT_IF({REMEMBERS})",
}


def changes(touched: DataFrame) -> DataFrame:
    """What the sink applies: intervals to write, and those to remove with `_strata_delete`."""
    columns = [quote(name) for name in touched.columns if _is_data(name)]
    return touched.where(f"{WRITES} OR {VANISHES}").selectExpr(
        *columns, *HISTORY_COLUMNS, SEQ, f"{VANISHES} AS {DELETE}"
    )


def memories(touched: DataFrame, run_id: str, at: datetime) -> DataFrame:
    """What the side table `history` remembers from now on: keys, data, `valid_from` (the event time),
    `_strata_seq`, `_strata_kind` string (upsert or delete), `_strata_run_id`, `_strata_ingested_at`
    (logical time of the run)."""
    columns = [F.col(quote(name)) for name in touched.columns if _is_data(name)]
    return touched.where(REMEMBERS).select(
        *columns,
        VALID_FROM,
        SEQ,
        F.expr(f"IF({DELETE}, {literal(DELETED)}, {literal(UPSERT)})").alias(KIND),
        F.lit(run_id).alias(RUN_ID),
        F.lit(at).cast("timestamp").alias(INGESTED_AT),
    )


def _part(frame: DataFrame, origin: int) -> DataFrame:
    """Its keys and data beside what every part has."""
    remembered = f"{KIND} = {literal(DELETED)}"
    deletes = {BATCH: DELETE, HELD: "FALSE", TRUNCATION: "TRUE", REMEMBERED: remembered}[origin]
    ends = VALID_TO if origin == HELD else f"CAST(NULL AS {frame.schema[VALID_FROM].dataType.simpleString()})"
    return frame.selectExpr(
        *(quote(name) for name in frame.columns if _is_data(name)),
        VALID_FROM,
        SEQ,
        f"{deletes} AS {DELETE}",
        f"{origin} AS {_ORIGIN}",
        f"{ends} AS {_ENDS}",
    )


def _by_time(known: DataFrame, target: Target, columns: Sequence[str]) -> DataFrame:
    """One row a key and event time. The rows are partitioned by key already: grouping by more moves
    none of them."""
    keys = [quote(key) for key in target.keys]
    carried = (*(name for name in columns if name not in target.keys), SEQ, DELETE, _ORIGIN)
    event = ", ".join(f"{literal(name)}, {quote(name)}" for name in carried)
    interval = f"IF({_ORIGIN} = {HELD}, NAMED_STRUCT('seq', {SEQ}, 'ends', {_ENDS}), NULL)"
    grouped = known.groupBy(*keys, VALID_FROM).agg(
        F.expr(f"MAX_BY(NAMED_STRUCT({event}), STRUCT({SEQ}, {_ORIGIN}))").alias(_EVENT),
        F.expr(f"MAX({interval})").alias(_INTERVAL),
        F.expr(f"MAX(IF({_ORIGIN} = {REMEMBERED}, {SEQ}, NULL))").alias(_MEMORY),
        F.expr(f"COUNT_IF({_ORIGIN} = {BATCH})").alias(_ARRIVED),
    )
    return grouped.selectExpr(*keys, VALID_FROM, f"{_EVENT}.*", _INTERVAL, _MEMORY, _ARRIVED)


def _chained(by_time: DataFrame, target: Target, columns: Sequence[str]) -> DataFrame:
    """Each event beside the one before it: what it opens, and until when."""
    tracked = tracked_columns(columns, target)
    window = f"(PARTITION BY {', '.join(quote(key) for key in target.keys)} ORDER BY {VALID_FROM})"
    state = ", ".join(quote(name) for name in (*tracked, DELETE))
    changed = differ(tracked, by_time.schema, left=None, right=_BEFORE)
    opens = f"NOT {DELETE} AND ({_BEFORE} IS NULL OR {_BEFORE}.{DELETE} OR {changed})"
    ends = f"LEAD(IF({_OPENS} OR {DELETE}, {VALID_FROM}, NULL)) IGNORE NULLS OVER {window}"
    touched = (
        by_time.selectExpr("*", f"LAG(STRUCT({state})) OVER {window} AS {_BEFORE}")
        .selectExpr("*", f"{opens} AS {_OPENS}")
        .selectExpr("*", f"{ends} AS {VALID_TO}")
    )
    held = f"{_INTERVAL} IS NOT NULL"
    same = f"{held} AND {_INTERVAL}.seq <=> {SEQ} AND {_INTERVAL}.ends <=> {VALID_TO}"
    return touched.selectExpr(
        *(quote(name) for name in columns),
        VALID_FROM,
        VALID_TO,
        f"{VALID_TO} IS NULL AS {IS_CURRENT}",
        SEQ,
        DELETE,
        _ORIGIN,
        _ARRIVED,
        f"{_OPENS} AND NOT ({same}) AS {WRITES}",
        f"NOT {_OPENS} AND {held} AS {VANISHES}",
        f"NOT {_OPENS} AND {_ORIGIN} <> {TRUNCATION} AND NOT {_MEMORY} <=> {SEQ} AS {REMEMBERS}",
    ).where(f"{WRITES} OR {VANISHES} OR {REMEMBERS} OR {_ARRIVED} > 0")


def _is_own(name: str) -> bool:
    return name.lower() in HISTORY_COLUMNS


def _is_data(name: str) -> bool:
    """Keys included."""
    return not _is_own(name) and not name.startswith(SYSTEM_PREFIX)
