"""The Parquet sink: plain folders with a manifest, for append and overwrite."""

from __future__ import annotations

from pyspark.sql import DataFrame, SparkSession

from etl_core.config.durations import seconds
from etl_core.config.models.environment import EnvironmentConfig
from etl_core.sinks.parquet.create import ParquetCreator
from etl_core.sinks.parquet.place import Place
from etl_core.sinks.parquet.publish import ParquetPublisher
from etl_core.sinks.parquet.read import ParquetReader
from etl_core.sinks.parquet.staged import StagedBatch
from etl_core.sinks.parquet.write import ParquetWriter
from etl_core.sinks.protocol import SINKS, TargetSpec
from etl_core.state.models import TableState
from etl_core.storage import open_storage


class ParquetTable(ParquetReader, ParquetCreator, ParquetWriter, ParquetPublisher):
    """A SinkTable; each half is a module of its own."""

    def __init__(self, at: Place) -> None:
        self.at = at
        self.staged: dict[str, StagedBatch] = {}

    def add(self, rows: DataFrame, state: TableState) -> int:
        """Every batch is a folder that the manifest names: there is no shorter way."""
        staging = self.begin(state.run_id)
        self.append(staging, rows)
        return self.publish(staging, state).rows


class ParquetSink:
    """Format `parquet`."""

    def open(self, spark: SparkSession, environment: EnvironmentConfig, spec: TargetSpec) -> ParquetTable:
        storage = open_storage(environment.warehouse)
        return ParquetTable(Place(spark, storage, spec, seconds(environment.audit_retention) * 1000))

    def session_settings(self, environment: EnvironmentConfig) -> dict[str, str]:
        return {}


SINKS.add("parquet", ParquetSink())
