"""A Delta table as `run` knows it."""

from __future__ import annotations

from pyspark.sql import DataFrame

from etl_core.sinks.delta.compact import DeltaCompactor
from etl_core.sinks.delta.create import DeltaCreator
from etl_core.sinks.delta.handle import Handle
from etl_core.sinks.delta.publish import DeltaPublisher
from etl_core.sinks.delta.read import DeltaReader
from etl_core.sinks.delta.staged import Files, Winners
from etl_core.sinks.delta.write import DeltaWriter
from etl_core.state.models import TableState


class DeltaTable(DeltaReader, DeltaCreator, DeltaWriter, DeltaPublisher, DeltaCompactor):
    """A SinkTable; each half is a module of its own."""

    def __init__(self, at: Handle) -> None:
        self.at = at
        self.staged: dict[str, Files | Winners] = {}

    def add(self, rows: DataFrame, state: TableState) -> int:
        """One commit either way: writing and publishing it apart costs nothing."""
        staging = self.begin(state.run_id)
        self.append(staging, rows)
        return self.publish(staging, state).rows
