"""Compaction: data files of which merges have deleted many rows are written anew.

A MERGE by merge-on-read marks rows as deleted in files beside the data. Source:
https://iceberg.apache.org/spec/#row-level-deletes
"""

from __future__ import annotations

from etl_core.sinks.iceberg.history import Snapshot, snapshot_of
from etl_core.sinks.iceberg.jvm import Handle, iceberg
from etl_core.sinks.java import java_errors
from etl_core.sinks.protocol import SMALL_BYTES

# A small table is read as fast with a few marks: it waits until so many files have some.
SMALL_TABLE_FILES = 16


class IcebergCompactor:
    """The Maintainer half of an Iceberg table."""

    at: Handle

    def compact(self, deleted: float) -> int:
        table = self.at.load()
        current = table.currentSnapshot()
        if current is None or not _due(snapshot_of(self.at, current), deleted):
            return 0
        with java_errors(f"{self.at.name} cannot be compacted"):
            actions = iceberg("spark.actions.SparkActions").get(self.at.spark._jsparkSession)
            files = actions.rewriteDataFiles(table)
            for key, value in _options(deleted).items():
                files = files.option(key, value)
            replaced = int(files.execute().rewrittenDataFilesCount())
            # what is left of the marks belongs to files that are gone
            actions.rewritePositionDeletes(table).option("rewrite-all", "true").execute()
        return replaced


def _options(deleted: float) -> dict[str, str]:
    """Only small files besides those with many deleted rows. New files count as written by this commit:
    the marks of earlier ones no longer concern them."""
    return {
        "delete-ratio-threshold": str(deleted),
        "min-file-size-bytes": str(SMALL_BYTES),
        "use-starting-sequence-number": "false",
    }


def _due(snapshot: Snapshot, deleted: float) -> bool:
    marks, rows = snapshot.count("total-position-deletes"), snapshot.count("total-records")
    small = snapshot.count("total-files-size") < SMALL_BYTES
    if small and snapshot.count("total-delete-files") < SMALL_TABLE_FILES:
        return False
    return marks > 0 and marks >= deleted * rows
