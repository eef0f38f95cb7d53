"""The Hudi sink: opens tables and says what a Spark session needs for them."""

from __future__ import annotations

from pyspark.sql import SparkSession

from etl_core.config.durations import seconds
from etl_core.config.models.environment import EnvironmentConfig
from etl_core.sinks.hudi.create import HudiCreator
from etl_core.sinks.hudi.place import Place
from etl_core.sinks.hudi.publish import HudiPublisher
from etl_core.sinks.hudi.read import HudiReader
from etl_core.sinks.hudi.staged import StagedBatch
from etl_core.sinks.hudi.write import HudiWriter
from etl_core.sinks.protocol import SINKS, TargetSpec
from etl_core.storage import open_storage


class HudiTable(HudiReader, HudiCreator, HudiWriter, HudiPublisher):
    """A SinkTable; each half is a module of its own."""

    def __init__(self, at: Place) -> None:
        self.at = at
        self.staged: dict[str, StagedBatch] = {}


class HudiSink:
    """Format `hudi`. No extension of Spark SQL: Hudi's breaks Iceberg's time travel (1.0.2)."""

    def open(self, spark: SparkSession, environment: EnvironmentConfig, spec: TargetSpec) -> HudiTable:
        storage = open_storage(environment.warehouse)
        return HudiTable(Place(spark, storage, spec, seconds(environment.audit_retention) * 1000))

    def session_settings(self, environment: EnvironmentConfig) -> dict[str, str]:
        return {"spark.kryo.registrator": "org.apache.spark.HoodieSparkKryoRegistrar"}


SINKS.add("hudi", HudiSink())
