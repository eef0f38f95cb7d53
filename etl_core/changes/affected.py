"""Which keys of a table have to be made anew, because a row that they are made of changed.

What changed between two snapshots of an upstream table is told by the rows themselves: whoever writes
a row puts its run's id into it. So this holds for tables of every format and mode.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from functools import reduce
from itertools import pairwise

from pyspark.sql import DataFrame
from pyspark.sql import functions as F

from etl_core.names import RUN_ID, quote

_SIGN = "_strata_sign"
_LINK = "_strata_link_"


@dataclass(frozen=True)
class Upstream:
    """One input, with `_strata_run_id`: as it is now and as it was (None: nothing changed since). `on`: its
    own columns that other inputs refer to -> the name each has there."""

    after: DataFrame
    before: DataFrame | None = None
    on: Mapping[str, str] = field(default_factory=dict)


def affected_keys(
    upstreams: Mapping[str, Upstream], ways: Mapping[str, Sequence[Sequence[str]]], keys: Sequence[str]
) -> DataFrame | None:
    """The distinct values of `keys` that a change leads to; None if no upstream changed.

    `ways`: input -> all chains of inputs from it to one that has the keys. Along a chain the rows that
    are there now count. Those that are not are in the changed rows of their own input, with what they
    referred to: so any number of inputs may change at the same time.
    """
    found = [
        _keys_by(upstreams, way, keys)
        for name, upstream in upstreams.items()
        if upstream.before is not None
        for way in ways[name]
    ]
    return reduce(DataFrame.unionByName, found).distinct() if found else None


def changed_rows(before: DataFrame, after: DataFrame, columns: Sequence[str]) -> DataFrame:
    """The values of `columns` in rows that are in one of the two only: those of a changed row as it was
    and as it is. Rows are told apart by `columns` and the run that wrote them; equal ones are counted."""
    names = [quote(column) for column in dict.fromkeys((*columns, RUN_ID))]
    was = before.selectExpr(*names, f"-1 AS {_SIGN}")
    now = after.selectExpr(*names, f"1 AS {_SIGN}")
    sums = was.unionByName(now).groupBy(*names).agg(F.sum(_SIGN).alias(_SIGN))
    return sums.where(F.col(_SIGN) != 0).select(*(quote(column) for column in columns)).distinct()


def only(rows: DataFrame, affected: DataFrame, keys: Sequence[str]) -> DataFrame:
    """Rows whose key is among the affected; NULL is a value like others."""
    return _semi(rows, affected, {key: key for key in keys})


def strays(rows: DataFrame, affected: DataFrame, keys: Sequence[str]) -> DataFrame:
    """Keys of rows that are not among the affected."""
    return _semi(rows, affected, {key: key for key in keys}, how="left_anti").select(*map(quote, keys))


def vanished(affected: DataFrame, rows: DataFrame, keys: Sequence[str]) -> DataFrame:
    """Affected keys that no row has any more, in the types of `rows`; without those that are NULL."""
    types = {name.lower(): rows.schema[name].dataType for name in rows.columns}
    typed = affected.select(*(F.col(quote(key)).cast(types[key.lower()]).alias(key) for key in keys))
    return _semi(typed.dropna(), rows, {key: key for key in keys}, how="left_anti")


def _keys_by(upstreams: Mapping[str, Upstream], way: Sequence[str], keys: Sequence[str]) -> DataFrame:
    start = upstreams[way[0]]
    assert start.before is not None
    columns = keys if len(way) == 1 else tuple(start.on)
    touched = changed_rows(start.before, start.after, columns)
    for here, there in pairwise(way):
        links = {other: own for own, other in upstreams[here].on.items()}
        touched = _semi(upstreams[there].after, touched, links)
    return touched.select(*map(quote, keys)).distinct()


def _semi(
    rows: DataFrame, others: DataFrame, columns: Mapping[str, str], how: str = "left_semi"
) -> DataFrame:
    """`columns`: of `rows` -> of `others`."""
    named = {column: f"{_LINK}{number}" for number, column in enumerate(columns)}
    links = others.selectExpr(*(f"{quote(columns[column])} AS {link}" for column, link in named.items()))
    same = [F.col(quote(column)).eqNullSafe(F.col(link)) for column, link in named.items()]
    return rows.join(links.distinct(), reduce(lambda a, b: a & b, same), how)
