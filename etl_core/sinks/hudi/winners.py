"""Which winners change a table, and how: decided before the commit, so that its counts are known."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from pyspark.sql import DataFrame
from pyspark.sql import functions as F

from etl_core.changes.order import newer
from etl_core.names import DELETE, SEQ, quote
from etl_core.sinks.hudi.layout import HELD
from etl_core.sinks.protocol import When

BROADCAST_ROWS = 500_000


@dataclass(frozen=True)
class Effect:
    """`rows`: the winners that change something, persisted, with `_strata_delete` and `_strata_held`."""

    rows: DataFrame
    inserted: int
    updated: int
    deleted: int


def effect_of(held: DataFrame, winners: DataFrame, keys: Sequence[str], when: When) -> Effect:
    """`held` has the keys and `_strata_seq`. A delete of a missing key changes nothing; with `newer` nor
    does a winner that is not newer than the row held."""
    met = _met(held, winners, keys)
    same = " AND ".join(f"s.{quote(key)} = t.{quote(key)}" for key in keys)
    found = winners.alias("s").join(met.alias("t"), F.expr(same), "left")
    wins = "true" if when == "always" else f"coalesce({newer('s', 't')}, false)"
    changes = F.expr(f"if(t.{HELD} IS NULL, NOT s.{quote(DELETE)}, {wins})")
    columns = [F.col(f"s.{quote(name)}") for name in winners.columns]
    rows = found.where(changes).select(*columns, F.col(f"t.{HELD}").isNotNull().alias(HELD)).persist()
    counts = rows.agg(
        F.count_if(~F.col(HELD)).alias("inserted"),
        F.count_if(F.col(HELD) & ~F.col(DELETE)).alias("updated"),
        F.count_if(F.col(DELETE)).alias("deleted"),
    ).collect()[0]
    return Effect(rows, *(int(counts[name]) for name in ("inserted", "updated", "deleted")))


def _met(held: DataFrame, winners: DataFrame, keys: Sequence[str]) -> DataFrame:
    """Rows held that a winner meets. The winners are handed out whole where they are few: the rows of the
    table then stay where they are."""
    wanted = winners.select(*[quote(key) for key in keys])
    if wanted.count() <= BROADCAST_ROWS:
        wanted = F.broadcast(wanted)
    columns = [*keys, *([SEQ] if SEQ in held.columns else [])]
    narrow = held.select(*map(quote, columns), F.lit(True).alias(HELD))
    return narrow.join(wanted, list(keys), "left_semi")
