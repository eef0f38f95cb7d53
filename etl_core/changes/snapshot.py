"""A full extract against what the table holds: what is new, what differs, what is missing.

Extracts are applied in the order of their times, so nothing has to be remembered between them.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime

from pyspark.sql import DataFrame
from pyspark.sql import functions as F
from pyspark.sql.types import StructType

from etl_core.changes.compare import differ, filled, same_columns
from etl_core.changes.order import EXTRACT
from etl_core.changes.resolve import BAD
from etl_core.config.models.target import Target
from etl_core.names import DELETE, ERRORS, IS_DELETED, PROBLEM, SEQ, SYSTEM_PREFIX, literal, quote

CHANGE = "_strata_change"  # string: why a row is written or removed, one of the next three
NEW = "new"  # a row of the extract that the table does not hold so
GONE = "gone"  # a key that the extract lacks
FOLLOWS = "follows"  # what one of them means for another interval of the key
HERE = "_strata_here"  # boolean: TRUE, or NULL where that side of a join lacks the key


@dataclass(frozen=True)
class Counts:
    """What an extract does to the table: rows that are new or differ, keys that are gone."""

    new: int
    gone: int

    @classmethod
    def of(cls, found: Mapping[str, int | None]) -> Counts:
        """From what `ACCOUNT` counted."""
        return cls(new=found[NEW] or 0, gone=found[GONE] or 0)


# SQL aggregates over differences, by the names of `Counts`
ACCOUNT = {kind: f"COUNT_IF({CHANGE} = {literal(kind)})" for kind in (NEW, GONE)}


def unreadable(events: DataFrame, keys: tuple[str, ...]) -> DataFrame:
    """Rows of an extract whose key is not known: they could not be split, or the key is not of its type.
    A key that arrives as NULL is no such case: it is known that there is none."""
    unknown = " OR ".join(f"{quote(key)} IS NULL" for key in keys)
    names = ", ".join(literal(key) for key in keys)
    garbled = f"EXISTS({ERRORS}, error -> error.column IN ({names}) AND error.value IS NOT NULL)"
    torn = f"{PROBLEM} IS NOT NULL OR " if PROBLEM in events.columns else ""
    return events.where(f"({unknown}) AND ({torn}COALESCE({garbled}, FALSE))")


def differences(extract: DataFrame, held: DataFrame | None, target: Target, at: datetime) -> DataFrame:
    """What has to change so that a table without history holds the extract of the time `at`.

    `extract`: one row a key with data, `_strata_seq` and `_strata_bad`; a bad row protects what the
    table holds of its key. `held`: the table, None if it does not exist yet.

    Out: data, `_strata_seq`, `is_deleted` if deletes are soft (beside the row as it was held),
    `_strata_delete`, `_strata_change`. Keys whose rows are equal in all data are not among them.
    """
    soft = target.deletes == "soft"
    if held is None:
        fresh = extract.where(f"NOT {BAD}").drop(*(c for c in extract.columns if _is_spare(c)))
        return fresh.selectExpr("*", *_marks("FALSE", soft=soft), f"{literal(NEW)} AS {CHANGE}")
    names = same_columns(extract, held, (IS_DELETED,))
    alive = f"NOT COALESCE({IS_DELETED}, FALSE)" if soft and IS_DELETED in held.columns else "TRUE"
    left = extract.selectExpr(*filled(extract, held, names), SEQ, BAD, f"TRUE AS {HERE}")
    right = held.selectExpr(*filled(held, extract, names), f"{alive} AS {HERE}")
    return _selected(joined(left, right, target.keys), names, left.schema, timestamp(at), soft=soft)


def joined(extract: DataFrame, held: DataFrame, keys: tuple[str, ...]) -> DataFrame:
    """All keys of either, as aliases `e` and `h`."""
    condition = " AND ".join(f"e.{quote(key)} = h.{quote(key)}" for key in keys)
    return extract.alias("e").join(held.alias("h"), F.expr(condition), "full_outer")


def timestamp(at: datetime) -> str:
    """SQL of a time that has a zone."""
    return f"TIMESTAMP {literal(at.isoformat())}"


def _selected(
    pairs: DataFrame, names: tuple[str, ...], schema: StructType, at: str, *, soft: bool
) -> DataFrame:
    arrived = f"e.{HERE} IS NOT NULL"
    changed = f"h.{HERE} IS NULL OR NOT h.{HERE} OR {differ(names, schema, 'e', 'h')}"
    change = (
        f"CASE WHEN {arrived} AND NOT e.{BAD} AND ({changed}) THEN {literal(NEW)} "
        f"WHEN NOT ({arrived}) AND h.{HERE} THEN {literal(GONE)} END"
    )
    values = [f"IF({arrived}, e.{quote(name)}, h.{quote(name)}) AS {quote(name)}" for name in names]
    seq = f"COALESCE(e.{SEQ}, {_sequence_of_missing(schema, at)}) AS {SEQ}"
    rows = pairs.selectExpr(*values, seq, f"{change} AS {CHANGE}").where(f"{CHANGE} IS NOT NULL")
    is_gone = f"{CHANGE} = {literal(GONE)}"
    return rows.selectExpr(*(quote(name) for name in names), SEQ, *_marks(is_gone, soft=soft), CHANGE)


def _sequence_of_missing(schema: StructType, at: str) -> str:
    """SQL of the `_strata_seq` of a key that the extract lacks: the extract's time, and no row."""
    data_type = schema[SEQ].dataType
    assert isinstance(data_type, StructType)
    rest = [field for field in data_type.fields if field.name != EXTRACT]
    nulls = [f"{literal(field.name)}, CAST(NULL AS {field.dataType.simpleString()})" for field in rest]
    return f"NAMED_STRUCT({', '.join([f'{literal(EXTRACT)}, {at}', *nulls])})"


def _marks(gone: str, *, soft: bool) -> list[str]:
    if not soft:
        return [f"{gone} AS {DELETE}"]
    return [f"{gone} AS {IS_DELETED}", f"FALSE AS {DELETE}"]


def _is_spare(name: str) -> bool:
    return name.startswith(SYSTEM_PREFIX) and name != SEQ
