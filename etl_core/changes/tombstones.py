"""Keys that were deleted, and when: what keeps a late event from reviving them.

A side table, append-only: the key columns, `_strata_seq` (the deleting event's), `_strata_run_id`,
`_strata_ingested_at` (logical time of the run). A key's newest tombstone counts. A hard delete
leaves no row to compare a late event with; this is that row.
"""

from __future__ import annotations

from datetime import datetime, timedelta

from pyspark.sql import DataFrame
from pyspark.sql import functions as F

from etl_core.changes.resolve import LATE, winners
from etl_core.names import DELETE, INGESTED_AT, RUN_ID, SEQ, quote

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
    columns = [quote(column) for column in resolved.columns]
    return joined.select(*columns, F.coalesce(late, F.lit(False)).alias(LATE))


def expired(tombstones: DataFrame, retention: timedelta, at: datetime) -> DataFrame:
    """Tombstones written more than `retention` before the time `at` (with a zone)."""
    return tombstones.where(F.col(INGESTED_AT) < F.lit(at - retention).cast("timestamp"))


def _effective(tombstones: DataFrame, keys: tuple[str, ...]) -> DataFrame:
    by_key = tombstones.groupBy(*(F.col(quote(key)) for key in keys))
    return by_key.agg(F.max(SEQ).alias(_HELD_SEQ))
