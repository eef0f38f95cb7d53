"""Stage `prepare`: declared columns get their types, then the mode decides what a row means."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from types import MappingProxyType

from pyspark.sql import DataFrame
from pyspark.sql import functions as F

from etl_core.changes.operations import keyless_condition
from etl_core.config.models.columns import Column
from etl_core.config.project import Table
from etl_core.parse import parse
from etl_core.run.columns.drift import held_columns
from etl_core.run.common.batch import Batch
from etl_core.run.common.task import Task
from etl_core.run.modes import history, keyed, plain, recompute, snapshot


def prepare(task: Task, frame: DataFrame) -> Batch:
    target = task.table.config.target
    held = held_columns(task.table, frame.schema, task.target)
    typed = typed_rows(task.table, frame, held, task.inputs.given)
    if task.table.config.recomputes_keys:
        return recompute.prepare(task.table, typed, task.run, task.inputs.affected)
    if target.mode == "snapshot":
        return snapshot.prepare(task, typed)
    if target.history == "scd2":
        return history.prepare(task, typed)
    if target.takes_events:
        return keyed.prepare(task, typed)
    return plain.prepare(task, typed)


def typed_rows(
    table: Table,
    frame: DataFrame,
    held: Sequence[Column] = (),
    given: Mapping[str, str] = MappingProxyType({}),
) -> DataFrame:
    """`parse` with what the target says: a delete may lack all but its keys and its order, and a truncate
    has no key either (`with_event_errors` knows)."""
    target = table.config.target
    keyless = keyless_condition(target) if table.config.takes_events else None
    operation = (target.operation_column,) if target.operation_column else ()
    return parse(
        frame,
        table.config.columns,
        table.config.drift,
        passthrough=(*operation, *target.before_keys),
        relaxed_when=F.expr(keyless) if keyless else None,
        always=(*target.keys, *target.sequence_by, *filter(None, [target.event_time])),
        held=held,
        given=given,
    )
