"""The one extra pass for rules that need to know which values occur how often.

Each row becomes one row a set of columns, with the columns that are not in the set NULL, as GROUPING SETS do
(the DataFrame API of Spark 3.5 has none); all sets are grouped together, and the sizes of groups summed up.
"""

from __future__ import annotations

from collections.abc import Collection, Sequence

from pyspark.sql import DataFrame
from pyspark.sql import functions as F

from quality.engines.inline.check import Grouping, Groups

_SET = "s"  # number of the set of columns; k0, k1, ...: the columns; c0, ...: scopes; n0, ...: rows in them
_NUMBERS = 5  # a grouping


def grouped(df: DataFrame, groupings: Sequence[Grouping]) -> DataFrame:
    """The pass as a frame of one row a set of columns, which reads only these. Raises AnalysisException."""
    sets, scopes = _sets(groupings), _scopes(groupings)
    totals = [F.expr(sql) for number in range(len(scopes)) for sql in _totals(f"n{number}")]
    return _sizes(df, sets, scopes).groupBy(_SET).agg(*totals)


def count_groups(df: DataFrame, groupings: Sequence[Grouping]) -> dict[Grouping, Groups]:
    """One Spark job for all groupings."""
    sets, scopes, found = _sets(groupings), _scopes(groupings), {}
    rows = {row[0]: row[1:] for row in grouped(df, groupings).collect()}
    for grouping in groupings:
        row, at = rows.get(sets.index(grouping.columns)), _NUMBERS * scopes.index(grouping.scope)
        found[grouping] = Groups(*row[at : at + _NUMBERS]) if row else Groups()
    return found


def _sets(groupings: Sequence[Grouping]) -> list[tuple[str, ...]]:
    return list(dict.fromkeys(grouping.columns for grouping in groupings))


def _scopes(groupings: Sequence[Grouping]) -> list[str]:
    return list(dict.fromkeys(grouping.scope for grouping in groupings))


def _sizes(df: DataFrame, sets: Sequence[tuple[str, ...]], scopes: Sequence[str]) -> DataFrame:
    """A row a group: its set, whether it has a value that is not NULL (`known`), its rows in each scope."""
    keys = list(dict.fromkeys(key for one in sets for key in one))
    names = [f"k{number}" for number in range(len(keys))]
    inputs = [f"{key} AS {name}" for key, name in zip(keys, names, strict=True)]
    scoped = [f"c{number}" for number in range(len(scopes))]
    inputs += [f"{scope or 'TRUE'} AS {name}" for scope, name in zip(scopes, scoped, strict=True)]
    rows = df.selectExpr(*inputs)
    rows = rows.selectExpr(f"0 AS {_SET}", "*") if len(sets) == 1 else _copied(rows, keys, sets, scoped)
    sizes = [F.expr(f"COUNT_IF({name})").alias(f"n{number}") for number, name in enumerate(scoped)]
    known = F.expr(" OR ".join(f"{name} IS NOT NULL" for name in names))
    return rows.groupBy(_SET, *names).agg(*sizes).withColumn("known", known)


def _copied(
    rows: DataFrame, keys: Sequence[str], sets: Sequence[tuple[str, ...]], scoped: Sequence[str]
) -> DataFrame:
    """Each row as each of the sets groups it."""
    members = [{keys.index(key) for key in one} for one in sets]
    copies = ", ".join(_copy(number, one, rows) for number, one in enumerate(members))
    return rows.selectExpr(f"INLINE(ARRAY({copies}))", *scoped)


def _copy(number: int, members: Collection[int], rows: DataFrame) -> str:
    """A row as the set `number` groups it."""
    kinds = [field.dataType.simpleString() for field in rows.schema.fields]
    keys = [name for name in rows.columns if name.startswith("k")]
    fields = [
        f"'{name}', {name if index in members else f'CAST(NULL AS {kinds[index]})'}"
        for index, name in enumerate(keys)
    ]
    return f"NAMED_STRUCT('{_SET}', {number}, {', '.join(fields)})"


def _totals(size: str) -> tuple[str, ...]:
    """The fields of Groups, in their order."""
    return (
        f"COALESCE(SUM({size}) FILTER (WHERE known), 0)",
        f"COUNT_IF(known AND {size} > 0)",
        f"COUNT_IF(known AND {size} = 1)",
        f"COALESCE(SUM({size}) FILTER (WHERE NOT known), 0)",
        f"COALESCE(SUM({size} * LN({size})) FILTER (WHERE known AND {size} > 0), 0D)",
    )
