"""Reading an Iceberg table: rows, commits and state."""

from __future__ import annotations

from collections.abc import Iterator

from pyspark.sql import DataFrame
from pyspark.sql.types import StructType

from etl_core.runtime.jvm import SPARK_4
from etl_core.sinks.commits import Commit
from etl_core.sinks.iceberg.history import commits_after, stamps_of, state_of
from etl_core.sinks.iceberg.jvm import Handle
from etl_core.sinks.java import java_errors
from etl_core.state.models import TableState

# Iceberg for Spark 4.1 refuses its own option; Spark's does not work beside Hudi's extension on Spark 3.5.
_SNAPSHOT = "versionAsOf" if SPARK_4 else "snapshot-id"


class IcebergReader:
    """The Reader half of an Iceberg table."""

    at: Handle

    def exists(self) -> bool:
        return self.at.exists()

    def schema(self) -> StructType:
        with java_errors(f"{self.at.name}: its columns cannot be read"):
            return self.at.spark.table(self.at.identifier()).schema

    def snapshot(self) -> str:
        current = self.at.load().currentSnapshot()
        return "" if current is None else str(current.snapshotId())

    def state(self) -> TableState | None:
        return state_of(self.at, self.at.load())

    def stamps(self) -> Iterator[tuple[str, TableState]]:
        return stamps_of(self.at, self.at.load())

    def commits(self, since: str) -> list[Commit] | None:
        return commits_after(self.at, self.at.load(), since)

    def read(self, snapshot: str = "") -> DataFrame:
        with java_errors(f"{self.at.name} cannot be read"):
            if not snapshot:
                return self.at.spark.table(self.at.identifier())
            return self.at.spark.read.option(_SNAPSHOT, snapshot).table(self.at.identifier())

    def read_appended(self, since: str, until: str) -> DataFrame:
        if not since:
            return self.read(until)
        if since == until:
            return self.read(until).limit(0)
        with java_errors(f"{self.at.name}: what was appended after snapshot {since} cannot be read"):
            reader = self.at.spark.read.option("start-snapshot-id", since).option("end-snapshot-id", until)
            return reader.format("iceberg").load(self.at.identifier())
