"""A truncate in a history: every key is deleted at its time, those that are yet to come too.

The side table remembers it as one row without keys.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from functools import reduce

from pyspark.sql import DataFrame
from pyspark.sql import functions as F

from etl_core.changes.tombstones import TRUNCATE_KIND
from etl_core.names import INGESTED_AT, KIND, RUN_ID, SEQ, VALID_FROM, quote


def truncates_of(memory: DataFrame) -> DataFrame:
    """(`valid_from`, `_strata_seq`) of the truncates that the side table remembers."""
    return memory.where(F.col(KIND) == TRUNCATE_KIND).select(VALID_FROM, SEQ)


def known_keys(frames: Sequence[DataFrame], keys: Sequence[str]) -> DataFrame:
    """The distinct keys in any of the frames."""
    names = [quote(key) for key in keys]
    some = " AND ".join(f"{name} IS NOT NULL" for name in names)
    return reduce(DataFrame.unionByName, [frame.select(*names) for frame in frames]).where(some).distinct()


def at_each(keys: DataFrame, truncates: DataFrame) -> DataFrame:
    """Every truncate as an event of every key."""
    return keys.crossJoin(F.broadcast(truncates.distinct()))


def memories_of(
    truncates: DataFrame, like: DataFrame, keys: Sequence[str], run_id: str, at: datetime
) -> DataFrame:
    """The rows that the side table remembers truncates by; `like` has the keys' types."""
    none = [F.lit(None).cast(like.schema[key].dataType).alias(key) for key in keys]
    return truncates.select(
        *none,
        VALID_FROM,
        SEQ,
        F.lit(TRUNCATE_KIND).alias(KIND),
        F.lit(run_id).alias(RUN_ID),
        F.lit(at).cast("timestamp").alias(INGESTED_AT),
    )
