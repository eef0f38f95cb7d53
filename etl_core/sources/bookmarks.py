"""Which of the listed files are new, and the progress once they are read. Pure.

A file is judged by its name and etag. High-water is the newest (mtime, name) that was read; `seen`
holds every file read whose mtime is not older than `lookback` before it. So a file that comes up to
`lookback` later than its mtime says is found, one that comes again unchanged is not, and `seen`
does not grow for ever. What is older than that is never looked at again.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass

from etl_core.sources.listing import Listed
from etl_core.state.models import FileBookmark, SeenFile


@dataclass(frozen=True)
class NewFile:
    file: Listed
    etag: str


@dataclass(frozen=True)
class Selection:
    """`files` are in the order they came (mtime, name). `repeats` came again with equal content."""

    files: tuple[NewFile, ...]
    bookmark: FileBookmark
    repeats: tuple[str, ...] = ()


def select_new(
    listed: Sequence[Listed],
    bookmark: FileBookmark | None,
    lookback: int,
    etag_of: Callable[[Listed], str],
    now: int,
) -> Selection:
    """Files beyond `bookmark` (None: nothing was read yet); `lookback` and `now` in ns.

    `etag_of` is asked only about files that may be new: not older than the lookback, and not of the
    size and mtime under which they were seen. The high-water never passes `now`: one file dated in
    the future would otherwise hide all that come after it.
    """
    before = bookmark or FileBookmark()
    seen = dict(before.seen)
    new: list[NewFile] = []
    repeats: list[str] = []
    for file in sorted(listed, key=_arrival):
        known = seen.get(file.name)
        if bookmark and file.mtime < before.mtime - lookback:
            continue
        if known and (known.size, known.mtime) == (file.size, file.mtime):
            continue
        etag = etag_of(file)
        seen[file.name] = SeenFile(etag=etag, mtime=file.mtime, size=file.size)
        if known and known.etag == etag:
            repeats.append(file.name)
        else:
            new.append(NewFile(file, etag))
    return Selection(tuple(new), _after(before, new, seen, lookback, now), tuple(repeats))


def _after(
    before: FileBookmark, new: Sequence[NewFile], seen: dict[str, SeenFile], lookback: int, now: int
) -> FileBookmark:
    arrivals = ((min(item.file.mtime, now), item.file.name) for item in new)
    mtime, name = max([(before.mtime, before.name), *arrivals])
    kept = {key: file for key, file in seen.items() if file.mtime >= mtime - lookback}
    return before.model_copy(update={"mtime": mtime, "name": name, "seen": kept})


def _arrival(file: Listed) -> tuple[int, str]:
    return file.mtime, file.name
