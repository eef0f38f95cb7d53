"""What removing a row means: it goes, or it stays and says that it is deleted."""

from __future__ import annotations

from pyspark.sql import DataFrame
from pyspark.sql import functions as F

from etl_core.errors import TransformError
from etl_core.names import DELETE, IS_DELETED, SEQ, SYSTEM_PREFIX, quote


def as_soft_deletes(winners: DataFrame) -> DataFrame:
    """Deletes become upserts of the row as the deleting event shows it, with `is_deleted` boolean true.

    Raises TransformError when the events have a column of that name.
    """
    if IS_DELETED in (name.lower() for name in winners.columns):
        raise TransformError(
            f"the events have a column {IS_DELETED}, which soft deletes add to the table",
            hint="rename the column, or set `deletes: hard`",
        )
    return winners.withColumns({IS_DELETED: F.col(DELETE), DELETE: F.lit(False)})


def emptied(
    held: DataFrame, truncates: DataFrame, winners: DataFrame, keys: tuple[str, ...], *, soft: bool
) -> DataFrame:
    """What a truncate does to the rows `held` that are older and that no winner of the batch replaces:
    a delete of each, at the sequence of the truncate (one row of `_strata_seq`).

    Out: with `soft` the held row's own columns, `is_deleted` true; else keys; `_strata_seq` and
    `_strata_delete`. A row without a sequence (written by another tool) is older than any event.
    """
    at = truncates.select(F.col(SEQ).alias("_strata_truncated_at"))
    joined = held.crossJoin(F.broadcast(at))
    older = joined.where(F.col(SEQ).isNull() | (F.col(SEQ) < F.col("_strata_truncated_at")))
    replaced = winners.select(*(quote(key) for key in keys))
    gone = older.join(replaced, list(keys), "left_anti")
    if not soft:
        names = [F.col(quote(key)) for key in keys]
        return gone.select(*names, F.col("_strata_truncated_at").alias(SEQ), F.lit(True).alias(DELETE))
    own = [name for name in held.columns if not name.startswith(SYSTEM_PREFIX) and name != IS_DELETED]
    if IS_DELETED in held.columns:
        gone = gone.where(~F.coalesce(F.col(IS_DELETED), F.lit(False)))
    return gone.select(
        *(F.col(quote(name)) for name in own),
        F.col("_strata_truncated_at").alias(SEQ),
        F.lit(True).alias(IS_DELETED),
        F.lit(False).alias(DELETE),
    )
