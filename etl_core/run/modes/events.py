"""Typed rows -> events of a key: what each does, its place in the order, what is wrong with it."""

from __future__ import annotations

from pyspark.sql import DataFrame

from etl_core.changes.key_changes import split_key_changes
from etl_core.changes.operations import with_delete, with_event_errors
from etl_core.changes.order import sequence
from etl_core.config.models.target import Target
from etl_core.config.project import Table
from etl_core.names import FLAWED, SEQ


def events_of(typed: DataFrame, target: Target) -> DataFrame:
    """`typed` with `_strata_delete`, `_strata_seq`, `_strata_errors` (NULL where nothing is wrong) and,
    where the target knows truncates, `_strata_truncate`. A changed key has become two events.

    Raises TransformError when the rows lack what operations or order need.
    """
    events = with_event_errors(with_delete(typed.drop(FLAWED), target), target)
    return split_key_changes(events.withColumn(SEQ, sequence(events, target.sequence_by)), target)


def carriers(table: Table) -> tuple[str, ...]:
    """Columns that only say what an event does: the table keeps them only if the contract does."""
    target = table.config.target
    declared = {column.name for column in table.config.columns}
    named = (target.operation_column, *target.before_keys)
    return tuple(name for name in named if name and name not in declared)
