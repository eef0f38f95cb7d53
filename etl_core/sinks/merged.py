"""The table as a MERGE would leave it, as a frame: for formats that merge only when they publish."""

from __future__ import annotations

from collections.abc import Sequence

from pyspark.sql import DataFrame
from pyspark.sql import functions as F

from etl_core.changes.order import newer
from etl_core.names import DELETE, quote
from etl_core.sinks.conform import conformed
from etl_core.sinks.protocol import When


def merged(held: DataFrame, winners: DataFrame, keys: Sequence[str], when: When) -> DataFrame:
    """`held` with `winners` applied, in the columns of `held`: the meaning of `merging.merge_statement`.

    `winners`: one row a key, with `_strata_delete`; a column they lack is NULL in the rows they write.
    The winners are looked up from `held`, so that Spark can hand them out whole instead of moving the
    rows of the table.
    """
    same = " AND ".join(f"t.{quote(key)} = s.{quote(key)}" for key in keys)
    wins = same if when == "always" else f"{same} AND {newer('s', 't')}"
    kept = held.alias("t").join(winners.alias("s"), F.expr(wins), "left_anti")
    written = winners.where(~F.col(DELETE))
    if when == "newer":
        loses = f"{same} AND NOT coalesce({newer('s', 't')}, false)"
        written = written.alias("s").join(held.alias("t"), F.expr(loses), "left_anti")
    return kept.unionByName(conformed(written, held.schema))
