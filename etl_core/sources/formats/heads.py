"""The first record of text files, read on the driver: their headers, before Spark reads a row."""

from __future__ import annotations

import codecs
import csv
import io
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass

from etl_core.config.models.source import ResolvedSource
from etl_core.errors import SourceError
from etl_core.sources.formats.protocol import Labelled
from etl_core.sources.location import locate
from etl_core.sources.rows import refuse_names


@dataclass(frozen=True)
class Head:
    """A file's first record, and how many lines stand before its end. No fields: the file is empty."""

    fields: tuple[str, ...] = ()
    lines: int = 0


def read_head(source: ResolvedSource, item: Labelled) -> Head:
    """Raises SourceError when the file cannot be opened, decompressed or split."""
    with opened(source, item) as text:
        records = csv.reader(text, delimiter=source.delimiter, quotechar=source.quote)
        fields = next((record for record in records if record), [])
        return Head(tuple(fields), records.line_num if fields else 0)


def read_start(source: ResolvedSource, item: Labelled) -> str:
    """The first character. Raises SourceError when the file cannot be opened or decompressed."""
    with opened(source, item) as text:
        return text.read(1)


@contextmanager
def opened(source: ResolvedSource, item: Labelled) -> Iterator[io.TextIOWrapper]:
    """A file as text, decompressed, line ends as they are. Raises SourceError naming the file."""
    place = locate(source)
    path = place.filesystem.arrow_path(item.file.path)
    try:
        # compression is told by the name's ending, as Spark does
        with place.arrow.open_input_stream(path, compression="detect") as stream:
            yield io.TextIOWrapper(stream, encoding=_codec(source), errors="replace", newline="")
    except (OSError, csv.Error) as error:
        raise SourceError(
            f"cannot read {item.file.path}: {error}", hint="replace the file or take it away, then run again"
        ) from error


def header_names(head: Head, item: Labelled) -> tuple[str, ...]:
    """Column names of a header; a field without a name is called by its position, `_c0`, `_c1`, ...

    Raises SourceError when two columns share a name.
    """
    names = tuple(field.strip() or f"_c{index}" for index, field in enumerate(head.fields))
    refuse_names(names, item.file.path)
    return names


def _codec(source: ResolvedSource) -> str:
    """Python's name of the encoding. UTF-8 files may begin with a byte order mark."""
    try:
        return "utf-8-sig" if is_utf8(source) else codecs.lookup(source.encoding).name
    except LookupError:
        raise SourceError(
            f"unknown encoding {source.encoding!r}", hint="write it as UTF-8, ISO-8859-1, windows-1252, ..."
        ) from None


def is_utf8(source: ResolvedSource) -> bool:
    return source.encoding.lower().replace("-", "").replace("_", "") in ("utf8", "ascii", "usascii")


def splits_on_bytes(source: ResolvedSource) -> bool:
    """Whether a line's end is the byte 0A, as in UTF-8 and Latin-1 and unlike UTF-16."""
    return "\n".encode(source.encoding) == b"\n"
