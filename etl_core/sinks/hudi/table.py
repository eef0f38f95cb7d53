"""A Hudi table as `run` knows it."""

from __future__ import annotations

from etl_core.sinks.hudi.create import HudiCreator
from etl_core.sinks.hudi.place import Place
from etl_core.sinks.hudi.publish import HudiPublisher
from etl_core.sinks.hudi.read import HudiReader
from etl_core.sinks.hudi.staged import StagedBatch
from etl_core.sinks.hudi.write import HudiWriter


class HudiTable(HudiReader, HudiCreator, HudiWriter, HudiPublisher):
    """A SinkTable; each half is a module of its own."""

    def __init__(self, at: Place) -> None:
        self.at = at
        self.staged: dict[str, StagedBatch] = {}

    def compact(self, deleted: float) -> int:
        """Hudi compacts in its own commits, by `hoodie.compact.inline.max.delta.commits`."""
        return 0
