"""Which files are one full extract: those under one date. Pure.

The date is what the source's `extract` finds in a file's path, or one like 2024-05-31 or 20240531, with
a time (2024-05-31T10:30, 20240531103000) or without; else the day, in UTC, on which the file was written.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from datetime import UTC, datetime, time

from etl_core.plan.observed import SourceFile
from etl_core.sources.bookmarks import NewFile
from etl_core.sources.listing import Listed
from etl_core.state.models import FileBookmark

# A number that merely follows the date (a part of the extract) is no time: only behind a `T`, or without
# anything between. The date and its time are not part of a longer number.
_DATE = r"(?<!\d)(?P<year>\d{4})(?P<between>[-/_]?)(?P<month>\d\d)(?P=between)(?P<day>\d\d)"
_TIME = r"(?:(?:T|(?<=\d{8}))(?P<hour>\d\d)[:.-]?(?P<minute>\d\d)(?:[:.-]?(?P<second>\d\d))?)?(?!\d)"
_DATED = re.compile(_DATE + _TIME)
_PARTS = ("year", "month", "day", "hour", "minute", "second")


def extract_of(name: str, mtime: int, pattern: str) -> str:
    """ISO 8601 date of the extract that a file is part of, in UTC, with its time unless that is midnight:
    such texts sort by time. "" if `pattern` finds none in the name.

    `pattern` has groups `year`, `month`, `day` (and `hour`, `minute`, `second`), or it matches a date as
    it is found without it. `mtime` in ns.
    """
    if not pattern:
        found = _first(_DATED, name)
        return _text(found) if found else datetime.fromtimestamp(mtime / 1e9, UTC).date().isoformat()
    own = re.compile(pattern)
    if {"year", "month", "day"} <= own.groupindex.keys():
        found = _first(own, name)
    else:
        match = own.search(name)
        found = _first(_DATED, match[1 if match.lastindex else 0]) if match else None
    return _text(found) if found else ""


def with_extracts(
    new: Sequence[NewFile],
    listed: Sequence[Listed],
    bookmark: FileBookmark,
    pattern: str,
    etag_of: Callable[[Listed], str],
) -> tuple[tuple[SourceFile, ...], tuple[str, ...]]:
    """`new` files with the extract each is part of, sorted by name, and what a person should know.

    Only a table of mode snapshot has applied extracts (`bookmark.extract`). Of those, files of older
    extracts than the newest one applied change nothing; and if some of the newest one are new, it is
    read again, with all its files that are there now.
    """
    files = [_source_file(item, pattern) for item in new]
    newest = bookmark.extract
    if not newest:
        return _sorted(files), ()
    late = [file for file in files if "" < file.extract < newest]
    files = [file for file in files if file not in late]
    notes = [f"extract {old} came after {newest} was applied and changes nothing" for old in _dates(late)]
    if any(file.extract == newest for file in files):
        files += _rest_of(newest, files, listed, bookmark, pattern, etag_of)
        notes.append(f"extract {newest} changed since it was applied and is read again")
    return _sorted(files), tuple(notes)


def _rest_of(
    extract: str,
    files: Sequence[SourceFile],
    listed: Sequence[Listed],
    bookmark: FileBookmark,
    pattern: str,
    etag_of: Callable[[Listed], str],
) -> list[SourceFile]:
    there = {file.name for file in files}
    rest = [file for file in listed if file.name not in there]
    rest = [file for file in rest if extract_of(file.name, file.mtime, pattern) == extract]
    seen = bookmark.seen
    etags = [seen[file.name].etag if file.name in seen else etag_of(file) for file in rest]
    return [_source_file(NewFile(file, etag), pattern) for file, etag in zip(rest, etags, strict=True)]


def _source_file(item: NewFile, pattern: str) -> SourceFile:
    file = item.file
    extract = extract_of(file.name, file.mtime, pattern)
    return SourceFile(file.path, file.name, file.size, file.mtime, item.etag, extract=extract)


def _first(pattern: re.Pattern[str], text: str) -> datetime | None:
    """The first match that is a date."""
    for match in pattern.finditer(text):
        of = {part: int(match.groupdict().get(part) or 0) for part in _PARTS}
        try:
            return datetime(
                of["year"], of["month"], of["day"], of["hour"], of["minute"], of["second"], tzinfo=UTC
            )
        except ValueError:
            continue
    return None


def _text(at: datetime) -> str:
    return at.date().isoformat() if at.time() == time() else at.replace(tzinfo=None).isoformat()


def _dates(files: Sequence[SourceFile]) -> list[str]:
    return sorted({file.extract for file in files})


def _sorted(files: Sequence[SourceFile]) -> tuple[SourceFile, ...]:
    return tuple(sorted(files, key=lambda file: file.name))
