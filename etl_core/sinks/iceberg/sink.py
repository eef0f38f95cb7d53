"""The Iceberg sink: opens tables and says what a Spark session needs for them."""

from __future__ import annotations

from pyspark.sql import SparkSession

from etl_core.config.durations import seconds
from etl_core.config.models.environment import EnvironmentConfig
from etl_core.sinks.iceberg.capabilities import READERS
from etl_core.sinks.iceberg.catalog import CATALOG, create_database, jdbc_settings
from etl_core.sinks.iceberg.glue import glue_settings
from etl_core.sinks.iceberg.jvm import Handle
from etl_core.sinks.iceberg.table import IcebergTable
from etl_core.sinks.protocol import SINKS, TargetSpec
from etl_core.sinks.readers import for_readers
from etl_core.storage import open_storage


class IcebergSink:
    """Format `iceberg`."""

    def open(self, spark: SparkSession, environment: EnvironmentConfig, spec: TargetSpec) -> IcebergTable:
        at = Handle(spark, for_readers(spec, READERS), seconds(environment.audit_retention) * 1000)
        if not environment.uses_glue:
            create_database(environment)
            return IcebergTable(at)
        from etl_core.sinks.glue_catalog import GlueCatalog
        from etl_core.sinks.iceberg.register import GlueIceberg

        return GlueIceberg(at, GlueCatalog(environment.region), open_storage(environment.warehouse))

    def session_settings(self, environment: EnvironmentConfig) -> dict[str, str]:
        catalog = f"spark.sql.catalog.{CATALOG}"
        settings = glue_settings(environment) if environment.uses_glue else jdbc_settings(environment)
        return {
            "spark.sql.extensions": "org.apache.iceberg.spark.extensions.IcebergSparkSessionExtensions",
            catalog: "org.apache.iceberg.spark.SparkCatalog",
            **{f"{catalog}.{key}": value for key, value in settings.items()},
            f"{catalog}.warehouse": open_storage(environment.warehouse).uri(""),
            # each table runs in a session of its own, and must see what the others publish
            f"{catalog}.cache-enabled": "false",
        }


SINKS.add("iceberg", IcebergSink())
