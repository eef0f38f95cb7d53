"""Format `parquet`: files of one schema are read together, all unified by column name."""

from __future__ import annotations

from collections import defaultdict

import pyarrow as pa
from pyarrow import parquet
from pyspark.sql import DataFrame

from etl_core.config.models.source import ResolvedSource
from etl_core.errors import SourceError
from etl_core.names import quote
from etl_core.sources import rows
from etl_core.sources.formats.protocol import FORMATS, FileRead, Labelled
from etl_core.sources.location import locate
from etl_core.sources.mixed import Group, union


class Parquet:
    """All footers are read first, so that a file that is no Parquet stops the read before it starts."""

    def read(self, request: FileRead) -> DataFrame:
        groups: dict[str, list[Labelled]] = defaultdict(list)
        for item in request.files:
            groups[str(_schema(request.source, item))].append(item)
        if not groups:
            return rows.nothing(request.spark, request.columns)
        found = [Group(_read(request.only(tuple(files))), tuple(files)) for files in groups.values()]
        return union(request, found)


def _schema(source: ResolvedSource, item: Labelled) -> pa.Schema:
    place = locate(source)
    try:
        schema = parquet.read_schema(place.filesystem.arrow_path(item.file.path), filesystem=place.arrow)
    except (OSError, pa.ArrowException) as error:
        raise SourceError(
            f"cannot read {item.file.path} as Parquet: {error}",
            hint="replace the file or take it away, then run again",
        ) from error
    rows.refuse_names(schema.names, item.file.path)
    return schema.remove_metadata()


def _read(request: FileRead) -> DataFrame:
    loaded = rows.load(request.spark, "parquet", request.files, numbered=True)
    names = [quote(name) for name in loaded.columns]
    placed = rows.placed(loaded, rows.PARQUET_ROW, names)
    return rows.stamped(placed, rows.Record(names), loaded, request.files)


FORMATS.add("parquet", Parquet())
