"""A frame's profile, in two passes over it however wide it is."""

from __future__ import annotations

from collections.abc import Sequence

from pyspark.sql import DataFrame
from pyspark.sql import functions as F
from pyspark.sql.types import StructField

from etl_core.names import SYSTEM_PREFIX, quote
from quality.profiling.frequencies import with_frequencies
from quality.profiling.measures import column_profile, kind_of, measures, reading
from quality.profiling.model import ColumnProfile, Profile

_ROWS = "_rows"
_KEY_TYPES = ("string", "tinyint", "smallint", "int", "bigint", "date", "timestamp")


def profile(df: DataFrame) -> Profile:
    """The profile of all columns but the `_strata_*` ones. `df` is read twice: persist what is dear."""
    fields = [field for field in df.schema if not field.name.startswith(SYSTEM_PREFIX)]
    rows, columns = _measured(df, fields)
    columns = with_frequencies(df, columns)
    return Profile(rows=rows, columns=columns, keys=_keys(columns))


def _measured(df: DataFrame, fields: Sequence[StructField]) -> tuple[int, tuple[ColumnProfile, ...]]:
    """One aggregate over everything. Columns go by their number: names may be anything."""
    kinds = [kind_of(field.dataType) for field in fields]
    plain = [f"{quote(field.name)} AS c{i}" for i, field in enumerate(fields)]
    reads = [f"{reading(quote(field.name))} AS r{i}" for i, field in enumerate(fields) if kinds[i] == "text"]
    asked = {
        f"m{i}_{name}": sql
        for i, field in enumerate(fields)
        for name, sql in measures(kinds[i], field.dataType, f"c{i}", f"r{i}").items()
    }
    numbered = df.selectExpr(*plain, *reads)
    found = numbered.agg(
        F.count(F.lit(1)).alias(_ROWS), *(F.expr(sql).alias(name) for name, sql in asked.items())
    ).collect()[0]
    seen: list[dict[str, object]] = [{} for _ in fields]
    for name in asked:
        number, _, measure = name[1:].partition("_")
        seen[int(number)][measure] = found[name]
    return found[_ROWS], tuple(
        column_profile(field.name, kinds[i], field.dataType.simpleString(), found[_ROWS], seen[i])
        for i, field in enumerate(fields)
    )


def _keys(columns: Sequence[ColumnProfile]) -> tuple[str, ...]:
    """Unique columns of a type that keys have: by name first, then as they stand."""
    unique = [column for column in columns if column.unique and column.type in _KEY_TYPES]

    def rank(column: ColumnProfile) -> tuple[bool, bool]:
        name = column.name.lower()
        return not name.endswith(("id", "key", "code", "no", "number")), column.kind == "time"

    return tuple(column.name for column in sorted(unique, key=rank))
