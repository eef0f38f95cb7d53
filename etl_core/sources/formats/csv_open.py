"""A quote that is never closed swallows the rest of its file: which record is it?

Spark's reader takes the swallowed text for a value and says nothing. Python's reads the file a
second time, but only where the quotes do not pair up.
"""

from __future__ import annotations

import csv
import io
from collections.abc import Iterator

from etl_core.config.models.source import ResolvedSource
from etl_core.sources.formats.heads import opened
from etl_core.sources.formats.protocol import Labelled

_CHUNK = 1 << 20
_LONGEST = (1 << 31) - 1  # of a field, in characters; Python's own limit is 128 KB


def open_record(source: ResolvedSource, item: Labelled) -> int | None:
    """The position of the record, which is its file's last, counted from 0 without the header; None
    if all quotes are closed. Raises SourceError when the file cannot be read."""
    with opened(source, item) as text:
        if sum(chunk.count(source.quote) for chunk in _chunks(text)) % 2 == 0:
            return None
    with opened(source, item) as text:
        return _last_if_open(source, text)


def _chunks(text: io.TextIOWrapper) -> Iterator[str]:
    while chunk := text.read(_CHUNK):
        yield chunk


def _last_if_open(source: ResolvedSource, text: io.TextIOWrapper) -> int | None:
    """The file ends within a record when Python asks for one line more than there are to finish it."""
    ended = False

    def lines() -> Iterator[str]:
        nonlocal ended
        yield from text
        ended = True

    csv.field_size_limit(_LONGEST)
    records = csv.reader(lines(), delimiter=source.delimiter, quotechar=source.quote)
    for position, _ in enumerate(record for record in records if record):
        if ended:
            return position - source.header
    return None
