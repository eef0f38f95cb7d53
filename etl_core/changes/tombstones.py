"""Keys that were deleted, and when: what keeps a late event from reviving them.

A side table: the key columns, `_strata_seq` (the deleting event's), `_strata_run_id`,
`_strata_ingested_at` (logical time of the run). A key's newest tombstone counts. A hard delete
leaves no row to compare a late event with; this is that row.

Rows without keys say more, by `_strata_kind` (a column that is not there before the first of them):
`truncate`: everything older is gone; `expired`: tombstones up to this sequence may have been removed.
"""

from __future__ import annotations

from datetime import datetime

from pyspark.sql import Column, DataFrame
from pyspark.sql import functions as F

from etl_core.changes.operations import TRUNCATE
from etl_core.changes.resolve import EXPIRED, LATE, TOO_LATE, expired, truncates, winners
from etl_core.names import DELETE, INGESTED_AT, KIND, RUN_ID, SEQ, quote

TRUNCATE_KIND, EXPIRED_KIND = MARKS = ("truncate", "expired")
_HELD_SEQ = "_strata_tombstone_seq"
_FLOOR = "_strata_floor"
_KNOWN = "_strata_known"


def tombstones_of(resolved: DataFrame, keys: tuple[str, ...], run_id: str, at: datetime) -> DataFrame:
    """The tombstones that this batch's deletes leave, in the side table's columns.

    Deletes of keys the target never held leave one too: the insert may still be on its way.
    """
    deletes = winners(resolved).where(F.col(DELETE))
    return deletes.select(*(F.col(quote(key)) for key in keys), F.col(SEQ), *_stamp(run_id, at))


def truncate_mark(resolved: DataFrame, keys: tuple[str, ...], run_id: str, at: datetime) -> DataFrame:
    """What the batch's truncate leaves among the tombstones: one row without keys."""
    return _mark(truncates(resolved), resolved, keys, TRUNCATE_KIND).select("*", *_stamp(run_id, at))


def suppress(resolved: DataFrame, tombstones: DataFrame, keys: tuple[str, ...]) -> DataFrame:
    """Adds `_strata_late` boolean to resolved keys: an upsert whose key has a tombstone at least as
    new, or a delete whose key has a newer one. A delete that equals its tombstone is not late:
    applying it again changes nothing.
    """
    by_key = tombstones.groupBy(*(F.col(quote(key)) for key in keys))
    joined = resolved.join(by_key.agg(F.max(SEQ).alias(_HELD_SEQ)), list(keys), "left")
    columns = [quote(column) for column in resolved.columns]
    return joined.select(*columns, _outranked(resolved, F.col(_HELD_SEQ)).alias(LATE))


def marks(tombstones: DataFrame) -> DataFrame:
    """(`_strata_kind`, `_strata_seq`) of the rows without keys. Few; found without reading the others
    where the format keeps statistics."""
    if KIND not in tombstones.columns:
        return tombstones.select(F.lit(None).cast("string").alias(KIND), SEQ).limit(0)
    return tombstones.where(F.col(KIND).isin(*MARKS)).select(KIND, SEQ)


def truncated_by(resolved: DataFrame, sequences: DataFrame) -> DataFrame:
    """`_strata_late` also for what is older than a truncate; `sequences` are those of truncates."""
    late = _outranked(resolved, F.col(_FLOOR))
    if LATE in resolved.columns:
        late = F.col(LATE) | late
    return _with_floor(resolved, sequences).withColumn(LATE, late).drop(_FLOOR)


def expired_below(resolved: DataFrame, sequences: DataFrame) -> DataFrame:
    """Adds `_strata_expired` boolean: an upsert that is not newer than tombstones that were removed, so
    that whether its key was deleted is not known any more."""
    old = ~F.col(DELETE) & F.coalesce(F.col(SEQ) <= F.col(_FLOOR), F.lit(False))
    if TRUNCATE in resolved.columns:
        old &= ~F.col(TRUNCATE)
    return _with_floor(resolved, sequences).withColumn(EXPIRED, old).drop(_FLOOR)


def too_late(resolved: DataFrame, held: DataFrame, keys: tuple[str, ...]) -> DataFrame:
    """Adds `_strata_too_late` boolean: an upsert from a time whose tombstones are gone, of a key that
    the table's rows `held` do not have, so that it could revive a deleted one."""
    names = [F.col(quote(key)) for key in keys]
    asked = expired(resolved).select(*names)
    known = held.select(*names).join(asked, list(keys), "left_semi").distinct()
    joined = resolved.join(known.withColumn(_KNOWN, F.lit(True)), list(keys), "left")
    columns = [F.col(quote(column)) for column in resolved.columns]
    return joined.select(*columns, (F.col(EXPIRED) & F.col(_KNOWN).isNull()).alias(TOO_LATE))


def kept(tombstones: DataFrame, before: datetime) -> DataFrame:
    """Tombstones written at the logical time `before` (with a zone) or later."""
    return tombstones.where(~_older(before))


def after_expiry(
    tombstones: DataFrame, keys: tuple[str, ...], before: datetime, run_id: str, at: datetime
) -> DataFrame:
    """All of the side table once those older than `before` are gone: what stays, and the greatest
    sequence of what went, which is written down at the time `at`."""
    stays = kept(tombstones, before)
    gone = tombstones.where(_older(before))
    greatest = gone.agg(F.max(SEQ).alias(SEQ)).where(F.col(SEQ).isNotNull())
    floor = _mark(greatest, tombstones, keys, EXPIRED_KIND).select("*", *_stamp(run_id, at))
    return stays.unionByName(floor, allowMissingColumns=True)


def _older(before: datetime) -> Column:
    """Never NULL."""
    return F.coalesce(F.col(INGESTED_AT) < F.lit(before).cast("timestamp"), F.lit(False))


def _mark(sequences: DataFrame, like: DataFrame, keys: tuple[str, ...], kind: str) -> DataFrame:
    no_keys = [F.lit(None).cast(like.schema[key].dataType).alias(key) for key in keys]
    return sequences.select(*no_keys, SEQ, F.lit(kind).alias(KIND))


def _stamp(run_id: str, at: datetime) -> tuple[Column, Column]:
    return F.lit(run_id).alias(RUN_ID), F.lit(at).cast("timestamp").alias(INGESTED_AT)


def _outranked(resolved: DataFrame, other: Column) -> Column:
    """Something of the sequence `other` (NULL: nothing) outranks the event."""
    removes = F.col(DELETE)
    if TRUNCATE in resolved.columns:
        removes |= F.col(TRUNCATE)
    late = F.when(removes, other > F.col(SEQ)).otherwise(other >= F.col(SEQ))
    return F.coalesce(late, F.lit(False))


def _with_floor(resolved: DataFrame, sequences: DataFrame) -> DataFrame:
    return resolved.crossJoin(F.broadcast(sequences.agg(F.max(SEQ).alias(_FLOOR))))
