"""A Parquet table as `run` knows it."""

from __future__ import annotations

from pyspark.sql import DataFrame

from etl_core.sinks.parquet.create import ParquetCreator
from etl_core.sinks.parquet.place import Place
from etl_core.sinks.parquet.publish import ParquetPublisher
from etl_core.sinks.parquet.read import ParquetReader
from etl_core.sinks.parquet.staged import StagedBatch
from etl_core.sinks.parquet.write import ParquetWriter
from etl_core.state.models import TableState


class ParquetTable(ParquetReader, ParquetCreator, ParquetWriter, ParquetPublisher):
    """A SinkTable; each half is a module of its own."""

    def __init__(self, at: Place) -> None:
        self.at = at
        self.staged: dict[str, StagedBatch] = {}

    def compact(self, deleted: float) -> int:
        """Nothing deletes single rows of a Parquet table."""
        return 0

    def add(self, rows: DataFrame, state: TableState) -> int:
        """Every batch is a folder that the manifest names: there is no shorter way."""
        staging = self.begin(state.run_id)
        self.append(staging, rows)
        return self.publish(staging, state).rows
