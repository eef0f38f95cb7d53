"""Source type `files`: a folder of CSV, JSON-lines or Parquet files, each read once."""

from __future__ import annotations

import time

from pyspark.sql import DataFrame, SparkSession

from etl_core.config.durations import seconds
from etl_core.config.models.source import ResolvedSource
from etl_core.config.project import Table
from etl_core.plan.observed import ObservedSource, SourceFile
from etl_core.sources.bookmarks import Selection, select_new
from etl_core.sources.extracts import with_extracts
from etl_core.sources.formats.protocol import FileRead, Labelled, formats
from etl_core.sources.listing import etag_reader, list_files
from etl_core.sources.protocol import SOURCES
from etl_core.state.models import FileBookmark


def select(source: ResolvedSource, bookmark: FileBookmark | None) -> Selection:
    """What lies under the source's path beyond `bookmark`. Raises SourceError."""
    return select_new(
        list_files(source),
        bookmark,
        _lookback(source),
        etag_reader(source),
        time.time_ns(),
    )


def notes(selection: Selection) -> tuple[str, ...]:
    """What a person should know: files that came again with the content they had."""
    return tuple(
        f"{name} came again with the same content and is not read again" for name in selection.repeats
    )


class Files:
    """Order: by the path below the source's folder, then by row."""

    def discover(self, source: ResolvedSource, bookmark: FileBookmark | None) -> ObservedSource:
        listed, etag_of = list_files(source), etag_reader(source)
        selection = select_new(listed, bookmark, _lookback(source), etag_of, time.time_ns())
        files, remarks = with_extracts(
            selection.files, listed, bookmark or FileBookmark(), source.extract, etag_of
        )
        return ObservedSource(files, selection.bookmark, (*notes(selection), *remarks))

    def read(
        self, spark: SparkSession, source: ResolvedSource, table: Table, files: tuple[SourceFile, ...]
    ) -> DataFrame:
        labelled = tuple(Labelled(file, file.name) for file in files)
        return (
            formats()
            .get(source.format)
            .read(FileRead(spark, source, table.config.columns, table.config.drift, labelled))
        )


def _lookback(source: ResolvedSource) -> int:
    return seconds(source.lookback) * 1_000_000_000


SOURCES.add("files", Files())
