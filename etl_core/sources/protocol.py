"""What a source type is. One file of this package (or of an extension) adds one."""

from __future__ import annotations

from typing import Protocol

from pyspark.sql import DataFrame, SparkSession

from etl_core.config.models.source import ResolvedSource
from etl_core.config.project import Table
from etl_core.plan.observed import ObservedSource, SourceFile
from etl_core.registry import Registry
from etl_core.state.models import FileBookmark

MISSING_IN = "strata.missing_in"
EVERYWHERE = "every record"  # the value of `MISSING_IN` for a declared column that was made up


class Source(Protocol):
    """Two halves: `discover` needs no Spark, `read` touches only the files it is given."""

    def discover(self, source: ResolvedSource, bookmark: FileBookmark | None) -> ObservedSource:
        """Files beyond `bookmark` in the source's order, and the bookmark once they are read.

        Raises SourceError when the path is missing or cannot be listed, naming the path and
        `source.path_setting`.
        """

    def read(
        self, spark: SparkSession, source: ResolvedSource, table: Table, files: tuple[SourceFile, ...]
    ) -> DataFrame:
        """One row a record, nothing dropped.

        Columns out: the received columns by their source names (CSV: all string; JSON and Parquet:
        as declared, or as the file has them), then `_strata_source_file` string, `_strata_row`
        bigint, `_strata_epoch` int, `_strata_phase` int, and `_strata_problem` string with
        `_strata_raw` string, both NULL but for a record that could not be split into columns.
        A column that only some of the files have names the others in its metadata (`MISSING_IN`).
        """


SOURCES: Registry[Source] = Registry("source type")
