"""Source type `dms`: what AWS DMS writes to S3, a full load and the changes after it."""

from __future__ import annotations

from pyspark.sql import DataFrame, SparkSession
from pyspark.sql import functions as F

from etl_core.config.models.source import ResolvedSource
from etl_core.config.project import Table
from etl_core.plan.observed import ObservedSource, SourceFile
from etl_core.sources.epochs import FULL_LOAD, base_name, order_files
from etl_core.sources.files import notes, select
from etl_core.sources.formats.protocol import FileRead, Labelled, formats
from etl_core.sources.protocol import SOURCES
from etl_core.state.models import FileBookmark

# https://docs.aws.amazon.com/dms/latest/userguide/CHAP_Target.S3.html: I, U or D; NULL in a full load
OPERATION = "Op"


class Dms:
    """Order: by epoch, phase (0 full load, 1 changes), base name, then by row."""

    def discover(self, source: ResolvedSource, bookmark: FileBookmark | None) -> ObservedSource:
        selection = select(source, bookmark)
        files, after = order_files(selection.files, bookmark or FileBookmark(), selection.bookmark)
        return ObservedSource(files, after, notes(selection))

    def read(
        self, spark: SparkSession, source: ResolvedSource, table: Table, files: tuple[SourceFile, ...]
    ) -> DataFrame:
        """As `Source.read`, with the operation in column `Op`: NULL where a file has none.

        CSV files without a header hold it as the first field of change files.
        """
        headerless = source.format == "csv" and not source.header
        labelled = tuple(
            Labelled(file, base_name(file.name), _leading(file) if headerless else ()) for file in files
        )
        rows = (
            formats()
            .get(source.format)
            .read(FileRead(spark, source, table.config.columns, table.config.drift, labelled))
        )
        for name in rows.columns:
            if name.lower() == OPERATION.lower():  # that LOAD files lack it is no news
                return rows.withMetadata(name, {})
        return rows.withColumn(OPERATION, F.lit(None).cast("string"))


def _leading(file: SourceFile) -> tuple[str, ...]:
    return () if file.phase == FULL_LOAD else (OPERATION,)


SOURCES.add("dms", Dms())
