"""Keys that were deleted, and when: what keeps a late event from reviving them.

A side table, append-only: the key columns, `_strata_seq` (the deleting event's), `_strata_run_id`,
`_strata_ingested_at` (logical time of the run). A key's newest tombstone counts. A hard delete
leaves no row to compare a late event with; this is that row.
"""

from __future__ import annotations

import re
from datetime import datetime, timedelta

from pyspark.sql import Column, DataFrame
from pyspark.sql import functions as F

from etl_core.changes.resolve import LATE, winners
from etl_core.names import DELETE, INGESTED_AT, RUN_ID, SEQ, quote

_UNITS = {"h": timedelta(hours=1), "d": timedelta(days=1), "w": timedelta(weeks=1)}
_HELD_SEQ = "_strata_tombstone_seq"


def tombstones_of(resolved: DataFrame, keys: tuple[str, ...], run_id: str, at: datetime) -> DataFrame:
    """The tombstones that this batch's deletes leave, in the side table's columns.

    Deletes of keys the target never held leave one too: the insert may still be on its way.
    """
    deletes = winners(resolved).where(F.col(DELETE))
    return deletes.select(
        *(F.col(quote(key)) for key in keys),
        F.col(SEQ),
        F.lit(run_id).alias(RUN_ID),
        F.lit(at).cast("timestamp").alias(INGESTED_AT),
    )


def suppress(resolved: DataFrame, tombstones: DataFrame, keys: tuple[str, ...]) -> DataFrame:
    """Adds `_strata_late` boolean to resolved keys: an upsert whose key has a tombstone at least as
    new, or a delete whose key has a newer one. A delete that equals its tombstone is not late:
    applying it again changes nothing.
    """
    held = _effective(tombstones, keys)
    joined = resolved.join(held, list(keys), "left")
    tombstone, event = F.col(_HELD_SEQ), F.col(SEQ)
    late = F.when(F.col(DELETE), tombstone > event).otherwise(tombstone >= event)
    columns = [F.col(quote(column)) for column in resolved.columns]
    return joined.select(*columns, F.coalesce(late, F.lit(False)).alias(LATE))


def expired(tombstones: DataFrame, retention: str, at: datetime) -> DataFrame:
    """Tombstones older than `retention` ("30d", "12h", "2w") at the time `at`."""
    return tombstones.where(F.col(INGESTED_AT) < _limit(retention, at))


def _effective(tombstones: DataFrame, keys: tuple[str, ...]) -> DataFrame:
    by_key = tombstones.groupBy(*(F.col(quote(key)) for key in keys))
    return by_key.agg(F.max(SEQ).alias(_HELD_SEQ))


def _limit(retention: str, at: datetime) -> Column:
    matched = re.fullmatch(r"(\d+)([hdw])", retention)
    if matched is None:
        raise ValueError(f"{retention!r} is no duration such as 30d")
    return F.lit(at - int(matched[1]) * _UNITS[matched[2]]).cast("timestamp")
