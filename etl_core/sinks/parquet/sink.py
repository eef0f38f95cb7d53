"""The Parquet sink: plain folders with a manifest, for append and overwrite."""

from __future__ import annotations

from pyspark.sql import SparkSession

from etl_core.config.durations import seconds
from etl_core.config.models.environment import EnvironmentConfig
from etl_core.sinks.parquet.place import Place
from etl_core.sinks.parquet.table import ParquetTable
from etl_core.sinks.protocol import SINKS, TargetSpec
from etl_core.storage import open_storage


class ParquetSink:
    """Format `parquet`."""

    def open(self, spark: SparkSession, environment: EnvironmentConfig, spec: TargetSpec) -> ParquetTable:
        storage = open_storage(environment.warehouse)
        at = Place(spark, storage, spec, seconds(environment.audit_retention) * 1000)
        if not environment.uses_glue:
            return ParquetTable(at)
        from etl_core.sinks.glue_catalog import GlueCatalog
        from etl_core.sinks.parquet.register import GlueParquet

        return GlueParquet(at, GlueCatalog(environment.region))

    def session_settings(self, environment: EnvironmentConfig) -> dict[str, str]:
        return {}


SINKS.add("parquet", ParquetSink())
