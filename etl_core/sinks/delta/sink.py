"""The Delta sink: opens tables by path and says what a Spark session needs for them."""

from __future__ import annotations

from pyspark.sql import DataFrame, SparkSession

from etl_core.config.durations import seconds
from etl_core.config.models.environment import EnvironmentConfig
from etl_core.sinks.delta.create import DeltaCreator
from etl_core.sinks.delta.handle import Handle
from etl_core.sinks.delta.publish import DeltaPublisher
from etl_core.sinks.delta.read import DeltaReader
from etl_core.sinks.delta.staged import Files, Winners
from etl_core.sinks.delta.write import DeltaWriter
from etl_core.sinks.protocol import SINKS, TargetSpec
from etl_core.state.models import TableState
from etl_core.storage import open_storage

# `spark:` of the environment file overrides them.
DEFAULTS = {
    # The state of a table is kept in so many partitions; with the default of 50 a commit to a small
    # table is 50 tasks of nothing.
    "spark.databricks.delta.snapshotPartitions": "2",
    # The winners of a MERGE are checkpointed already; Delta would write them down a second time.
    "spark.databricks.delta.merge.materializeSource": "none",
}


class DeltaTable(DeltaReader, DeltaCreator, DeltaWriter, DeltaPublisher):
    """A SinkTable; each half is a module of its own."""

    def __init__(self, at: Handle) -> None:
        self.at = at
        self.staged: dict[str, Files | Winners] = {}

    def add(self, rows: DataFrame, state: TableState) -> int:
        """One commit either way: writing and publishing it apart costs nothing."""
        staging = self.begin(state.run_id)
        self.append(staging, rows)
        return self.publish(staging, state).rows


class DeltaSink:
    """Format `delta`."""

    def open(self, spark: SparkSession, environment: EnvironmentConfig, spec: TargetSpec) -> DeltaTable:
        storage = open_storage(environment.warehouse)
        return DeltaTable(Handle(spark, storage, spec, seconds(environment.audit_retention) * 1000))

    def session_settings(self, environment: EnvironmentConfig) -> dict[str, str]:
        return {
            "spark.sql.extensions": "io.delta.sql.DeltaSparkSessionExtension",
            "spark.sql.catalog.spark_catalog": "org.apache.spark.sql.delta.catalog.DeltaCatalog",
            **{key: value for key, value in DEFAULTS.items() if key not in environment.spark},
        }


SINKS.add("delta", DeltaSink())
