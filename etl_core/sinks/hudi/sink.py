"""The Hudi sink: opens tables and says what a Spark session needs for them."""

from __future__ import annotations

from pyspark.sql import SparkSession

from etl_core.config.durations import seconds
from etl_core.config.models.environment import EnvironmentConfig
from etl_core.sinks.hudi.capabilities import READERS
from etl_core.sinks.hudi.place import Place
from etl_core.sinks.hudi.table import HudiTable
from etl_core.sinks.protocol import SINKS, TargetSpec
from etl_core.sinks.readers import for_readers
from etl_core.storage import open_storage


class HudiSink:
    """Format `hudi`. No extension of Spark SQL: Hudi's breaks Iceberg's time travel (1.0.2)."""

    def open(self, spark: SparkSession, environment: EnvironmentConfig, spec: TargetSpec) -> HudiTable:
        storage = open_storage(environment.warehouse)
        at = Place(spark, storage, for_readers(spec, READERS), seconds(environment.audit_retention) * 1000)
        if not environment.uses_glue:
            return HudiTable(at)
        from etl_core.sinks.glue_catalog import GlueCatalog
        from etl_core.sinks.hudi.register import GlueHudi

        return GlueHudi(at, GlueCatalog(environment.region))

    def session_settings(self, environment: EnvironmentConfig) -> dict[str, str]:
        return {"spark.kryo.registrator": "org.apache.spark.HoodieSparkKryoRegistrar"}


SINKS.add("hudi", HudiSink())
