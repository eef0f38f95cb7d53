"""The Iceberg sink: opens tables and says what a Spark session needs for them."""

from __future__ import annotations

from pyspark.sql import SparkSession

from etl_core.config.durations import seconds
from etl_core.config.models.environment import EnvironmentConfig
from etl_core.sinks.iceberg.catalog import CATALOG, create_database, jdbc_uri
from etl_core.sinks.iceberg.create import IcebergCreator
from etl_core.sinks.iceberg.jvm import Handle
from etl_core.sinks.iceberg.publish import IcebergPublisher
from etl_core.sinks.iceberg.read import IcebergReader
from etl_core.sinks.iceberg.write import IcebergWriter
from etl_core.sinks.protocol import SINKS, TargetSpec
from etl_core.storage import open_storage


class IcebergTable(IcebergReader, IcebergCreator, IcebergWriter, IcebergPublisher):
    """A SinkTable; each half is a module of its own."""

    def __init__(self, at: Handle) -> None:
        self.at = at
        self.written = {}


class IcebergSink:
    """Format `iceberg`."""

    def open(self, spark: SparkSession, environment: EnvironmentConfig, spec: TargetSpec) -> IcebergTable:
        create_database(environment)
        return IcebergTable(Handle(spark, spec, seconds(environment.audit_retention) * 1000))

    def session_settings(self, environment: EnvironmentConfig) -> dict[str, str]:
        catalog = f"spark.sql.catalog.{CATALOG}"
        return {
            "spark.sql.extensions": "org.apache.iceberg.spark.extensions.IcebergSparkSessionExtensions",
            catalog: "org.apache.iceberg.spark.SparkCatalog",
            f"{catalog}.catalog-impl": "org.apache.iceberg.jdbc.JdbcCatalog",
            f"{catalog}.uri": jdbc_uri(environment),
            f"{catalog}.jdbc.schema-version": "V1",
            # `create_database` does it; see there
            f"{catalog}.jdbc.init-catalog-tables": "false",
            f"{catalog}.warehouse": open_storage(environment.warehouse).uri(""),
            # each table runs in a session of its own, and must see what the others publish
            f"{catalog}.cache-enabled": "false",
        }


SINKS.add("iceberg", IcebergSink())
