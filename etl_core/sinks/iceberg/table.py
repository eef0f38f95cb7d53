"""An Iceberg table as `run` knows it."""

from __future__ import annotations

from etl_core.sinks.iceberg.compact import IcebergCompactor
from etl_core.sinks.iceberg.create import IcebergCreator
from etl_core.sinks.iceberg.jvm import Handle
from etl_core.sinks.iceberg.publish import IcebergPublisher
from etl_core.sinks.iceberg.read import IcebergReader
from etl_core.sinks.iceberg.write import IcebergWriter


class IcebergTable(IcebergReader, IcebergCreator, IcebergWriter, IcebergPublisher, IcebergCompactor):
    """A SinkTable; each half is a module of its own."""

    def __init__(self, at: Handle) -> None:
        self.at = at
        self.written = {}
