"""Format `csv`: RFC 4180, all columns as text."""

from __future__ import annotations

from collections import defaultdict

from pyspark.sql import DataFrame

from etl_core.errors import SourceError
from etl_core.sources import rows
from etl_core.sources.formats.csv_lines import read_split
from etl_core.sources.formats.csv_whole import read_whole
from etl_core.sources.formats.heads import Head, header_names, read_head, splits_on_bytes
from etl_core.sources.formats.protocol import FORMATS, FileRead, Labelled
from etl_core.sources.mixed import Group, union

_Layout = tuple[tuple[str, ...], int]  # the column names, and how many lines are the header


class Csv:
    """Files of one header are read together; a column that only some files have is NULL elsewhere."""

    def read(self, request: FileRead) -> DataFrame:
        groups: dict[_Layout, list[Labelled]] = defaultdict(list)
        for item in request.files:
            head = read_head(request.source, item)
            if head.fields:
                groups[_layout(request, item, head)].append(item)
        if not groups:
            return rows.nothing(request.spark, request.columns)
        found = [
            Group(_read(request.only(tuple(files)), *layout), tuple(files))
            for layout, files in groups.items()
        ]
        return union(request, found)


def _layout(request: FileRead, item: Labelled, head: Head) -> _Layout:
    if request.source.header:
        return header_names(head, item), head.lines
    if not request.columns:
        raise SourceError(
            f"{item.file.path} has no header, and the contract no columns",
            hint="list the file's columns, in order, under `columns`; or set `header: true`",
        )
    return (*item.leading, *(column.source or column.name for column in request.columns)), 0


def _read(request: FileRead, names: tuple[str, ...], skip: int) -> DataFrame:
    if request.source.multi_line or not splits_on_bytes(request.source):
        return read_whole(request, names)
    return read_split(request, names, skip)


FORMATS.add("csv", Csv())
