"""A full refresh: the batch is prepared as if nothing had been published, and replaces what was.

The way every mode prepares its first batch is the way it prepares this one: it sees sinks in which no
table exists yet. What it yields becomes the whole content, in one atomic publish.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Any, cast

from pyspark.sql import DataFrame, SparkSession
from pyspark.sql import functions as F

from etl_core.config.models.environment import EnvironmentConfig
from etl_core.names import DELETE
from etl_core.registry import Registry
from etl_core.run.common.batch import Batch
from etl_core.run.common.task import Task
from etl_core.sinks.protocol import Sink, SinkTable, TargetSpec


def unborn(task: Task) -> Task:
    """`task` as it would be on the day of the table's first run."""
    sinks: Registry[Sink] = Registry("format")
    for name, sink in task.engine.sinks.items():
        sinks.add(name, _Sink(sink))
    return replace(task, engine=replace(task.engine, sinks=sinks), target=_unborn(task.target))


def whole(batch: Batch) -> Batch:
    """The batch as the table's whole content: winners that delete leave nothing."""
    if batch.write != "apply":
        return replace(batch, write="overwrite")
    rows = batch.rows.where(~F.col(DELETE)).drop(DELETE)
    return replace(batch, rows=rows, write="overwrite")


class _Table:
    """A table as it was before its first run; all that is not about its content is as it is."""

    def __init__(self, table: SinkTable) -> None:
        self._table = table

    def exists(self) -> bool:
        return False

    def snapshot(self) -> str:
        return ""

    def state(self) -> None:
        return None

    def read(self, snapshot: str = "") -> DataFrame:
        return self._table.read(snapshot).limit(0)

    def __getattr__(self, name: str) -> Any:
        return getattr(self._table, name)


@dataclass(frozen=True)
class _Sink:
    sink: Sink

    def open(self, spark: SparkSession, environment: EnvironmentConfig, spec: TargetSpec) -> SinkTable:
        return _unborn(self.sink.open(spark, environment, spec))

    def session_settings(self, environment: EnvironmentConfig) -> dict[str, str]:
        return self.sink.session_settings(environment)


def _unborn(table: SinkTable) -> SinkTable:
    return cast(SinkTable, _Table(table))
