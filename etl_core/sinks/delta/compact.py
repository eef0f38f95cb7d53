"""Compaction: data files of which merges have deleted many rows are written anew.

A MERGE marks rows as deleted in deletion vectors beside the data. Source:
https://github.com/delta-io/delta/blob/master/PROTOCOL.md#deletion-vectors
"""

from __future__ import annotations

from pyspark.sql import DataFrame
from pyspark.sql import functions as F

from etl_core.runtime.jvm import Java
from etl_core.sinks.delta.handle import Handle
from etl_core.sinks.delta.settings import settings
from etl_core.sinks.java import java_errors
from etl_core.sinks.protocol import SMALL_BYTES

EVERY = 10  # commits; to look costs a Spark job
_OPTIMIZE = "spark.databricks.delta.optimize"


class DeltaCompactor:
    """The Maintainer half of a Delta table."""

    at: Handle

    def compact(self, deleted: float) -> int:
        snapshot = self.at.latest()
        if snapshot.version() % EVERY or not self._due(snapshot, deleted):
            return 0
        only = {
            f"{_OPTIMIZE}.maxDeletedRowsRatio": str(deleted),
            f"{_OPTIMIZE}.minFileSize": str(SMALL_BYTES),
        }
        with java_errors(f"{self.at.name} cannot be compacted"), settings(self.at.spark, only):
            done = self.at.spark.sql(f"OPTIMIZE {self.at.identifier}").first()
        assert done is not None
        return int(done["metrics"]["numFilesRemoved"])

    def _due(self, snapshot: Java, deleted: float) -> bool:
        files = DataFrame(snapshot.allFiles().toDF(), self.at.spark)
        rows = F.sum(F.get_json_object("stats", "$.numRecords").cast("bigint"))
        found = files.select(rows.alias("rows"), F.sum("deletionVector.cardinality").alias("marks")).first()
        assert found is not None
        return bool(found["marks"]) and found["marks"] >= deleted * (found["rows"] or 0)
