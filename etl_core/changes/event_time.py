"""When an event took place, as opposed to its place in the order of events."""

from __future__ import annotations

from pyspark.sql import DataFrame
from pyspark.sql import functions as F
from pyspark.sql.types import DateType, StructType, TimestampNTZType, TimestampType

from etl_core.changes.operations import event_error
from etl_core.changes.resolve import HELD, is_bad
from etl_core.config.models.target import Target
from etl_core.errors import TransformError
from etl_core.names import ERRORS, HISTORY_COLUMNS, SEQ, VALID_FROM, literal, quote

_NEWEST_IS_BAD = "_strata_newest_is_bad"  # boolean


def with_event_time(rows: DataFrame, target: Target) -> DataFrame:
    """Adds `valid_from`, the event time, of the type that its column has.

    Raises TransformError as `refuse_history_columns` and `refuse_event_time` do.
    """
    column = target.event_time
    refuse_history_columns(rows.schema)
    refuse_event_time(rows.schema, column)
    return rows.withColumn(VALID_FROM, F.col(quote(str(column))))


def refuse_history_columns(schema: StructType) -> None:
    """Raises TransformError when rows have a column by the name of one that history adds."""
    if clash := [name for name in schema.names if name.lower() in HISTORY_COLUMNS]:
        raise TransformError(
            f"the rows have a column {clash[0]!r}, which history scd2 adds itself",
            hint="declare it under another name with `source:`",
        )


def refuse_event_time(schema: StructType, column: str | None) -> None:
    """Raises TransformError when rows lack the column of the event time, and when it is no date or
    timestamp."""
    if column is None or column not in schema.names:
        raise TransformError(
            f"history scd2 needs the time of an event, and the rows have no column {column!r}",
            hint="set target.effective_at to the column that holds it",
        )
    data_type = schema[column].dataType
    if not isinstance(data_type, DateType | TimestampType | TimestampNTZType):
        raise TransformError(
            f"the time of an event, column {column!r}, is {data_type.simpleString()}",
            hint="give it type date or timestamp in the contract's `columns`, or set target.effective_at",
        )


def split_held(events: DataFrame, keys: tuple[str, ...], *, hold: bool) -> tuple[DataFrame, DataFrame]:
    """Events that can be used, and those that cannot, with the reason in `_strata_errors`.

    With `hold`: if the newest event of a key in this batch, by event time and then by order, is bad,
    then its older ones are held, or one of them would be published as current in its place. An event
    whose key, time or order is NULL holds nothing: there is nothing to say which events are older.
    """
    bad_event = is_bad(events)
    good, bad = events.where(f"NOT ({bad_event})"), events.where(bad_event)
    if not hold:
        return good, bad
    placed = " AND ".join(f"{quote(name)} IS NOT NULL" for name in (*keys, VALID_FROM))
    newest = F.expr(f"MAX_BY({bad_event}, STRUCT({VALID_FROM}, {SEQ}))").alias(_NEWEST_IS_BAD)
    by_key = events.where(placed).groupBy(*(quote(key) for key in keys)).agg(newest)
    held_keys = by_key.where(_NEWEST_IS_BAD).drop(_NEWEST_IS_BAD)
    usable, held = without_keys(good, held_keys, keys)
    return usable, bad.unionByName(held)


def without_keys(
    events: DataFrame, held_keys: DataFrame, keys: tuple[str, ...]
) -> tuple[DataFrame, DataFrame]:
    """Events of other keys, and those of `held_keys` with the reason in `_strata_errors`."""
    columns = [quote(name) for name in events.columns]
    others = events.join(held_keys, list(keys), "left_anti").select(*columns)
    held = events.join(held_keys, list(keys), "left_semi").select(*columns)
    return others, held.withColumn(ERRORS, F.expr(f"ARRAY({event_error(literal(HELD))})"))
