"""Stage `prepare`: declared columns get their types, then the mode decides what a row means."""

from __future__ import annotations

from pyspark.sql import DataFrame, SparkSession
from pyspark.sql import functions as F

from etl_core.changes.operations import delete_condition
from etl_core.config.project import Table
from etl_core.parse import parse
from etl_core.run import keyed, plain
from etl_core.run.batch import Batch
from etl_core.run.context import Run
from etl_core.run.engine import Engine


def prepare(engine: Engine, table: Table, frame: DataFrame, run: Run, spark: SparkSession) -> Batch:
    typed = typed_rows(table, frame)
    if table.config.target.takes_events:
        return keyed.prepare(engine, table, typed, run, spark)
    return plain.prepare(typed, run, judged=bool(table.config.quality.rules))


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
