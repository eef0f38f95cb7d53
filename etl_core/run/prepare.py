"""Stage `prepare`: declared columns get their types, then the mode decides what a row means."""

from __future__ import annotations

from dataclasses import dataclass

from pyspark.sql import DataFrame, SparkSession
from pyspark.sql import functions as F

from etl_core.changes.operations import delete_condition
from etl_core.config.project import Table
from etl_core.parse import parse
from etl_core.run import keyed, plain
from etl_core.run.batch import Batch
from etl_core.run.context import Run
from etl_core.run.engine import Engine
from etl_core.run.read import Inputs
from etl_core.sinks.protocol import SinkTable


@dataclass(frozen=True)
class Task:
    """What every way of preparing a batch may need: the table, its target as readers see it now, and
    what was read for it."""

    engine: Engine
    table: Table
    run: Run
    spark: SparkSession
    target: SinkTable
    inputs: Inputs


def prepare(task: Task, frame: DataFrame) -> Batch:
    target = task.table.config.target
    typed = typed_rows(task.table, frame)
    if target.takes_events:
        return keyed.prepare(task.engine, task.table, typed, task.run, task.spark)
    judged = bool(task.table.config.quality.rules)
    return plain.prepare(typed, task.run, write=plain.WRITES[target.mode], judged=judged)


def typed_rows(table: Table, frame: DataFrame) -> DataFrame:
    """`parse` with what the target says: a delete may lack all but its keys and its order."""
    target = table.config.target
    deletes = delete_condition(target) if target.takes_events else None
    return parse(
        frame,
        table.config.columns,
        table.config.drift,
        passthrough=(target.operation_column,) if target.operation_column else (),
        relaxed_when=F.expr(deletes) if deletes else None,
        always=(*target.keys, *target.sequence_by),
    )
