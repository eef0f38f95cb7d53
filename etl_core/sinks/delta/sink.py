"""The Delta sink: opens tables by path and says what a Spark session needs for them."""

from __future__ import annotations

from pyspark.sql import SparkSession

from etl_core.config.durations import seconds
from etl_core.config.models.environment import EnvironmentConfig
from etl_core.sinks.delta.capabilities import READERS
from etl_core.sinks.delta.handle import Handle
from etl_core.sinks.delta.table import DeltaTable
from etl_core.sinks.protocol import SINKS, TargetSpec
from etl_core.sinks.readers import for_readers
from etl_core.storage import open_storage

# `spark:` of the environment file overrides them.
DEFAULTS = {
    # The state of a table is kept in so many partitions; with the default of 50 a commit to a small
    # table is 50 tasks of nothing.
    "spark.databricks.delta.snapshotPartitions": "2",
    # The winners of a MERGE are checkpointed already; Delta would write them down a second time.
    "spark.databricks.delta.merge.materializeSource": "none",
}


class DeltaSink:
    """Format `delta`."""

    def open(self, spark: SparkSession, environment: EnvironmentConfig, spec: TargetSpec) -> DeltaTable:
        storage = open_storage(environment.warehouse)
        at = Handle(spark, storage, for_readers(spec, READERS), seconds(environment.audit_retention) * 1000)
        if not environment.uses_glue:
            return DeltaTable(at)
        from etl_core.sinks.delta.register import GlueDelta
        from etl_core.sinks.glue_catalog import GlueCatalog

        return GlueDelta(at, GlueCatalog(environment.region))

    def session_settings(self, environment: EnvironmentConfig) -> dict[str, str]:
        return {
            "spark.sql.extensions": "io.delta.sql.DeltaSparkSessionExtension",
            "spark.sql.catalog.spark_catalog": "org.apache.spark.sql.delta.catalog.DeltaCatalog",
            **{key: value for key, value in DEFAULTS.items() if key not in environment.spark},
        }


SINKS.add("delta", DeltaSink())
