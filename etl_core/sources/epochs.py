"""The order of DMS files: (epoch, phase, base name). Pure.

AWS DMS writes a full load as LOAD*.csv or .parquet and changes under names made of their time. By
name alone changes sort before the load that they came after. A full load that is repeated writes
the same LOAD names again: an epoch is one full load with the changes that follow it.
"""

from __future__ import annotations

import posixpath
from collections.abc import Sequence

from etl_core.plan.observed import SourceFile
from etl_core.sources.bookmarks import NewFile
from etl_core.state.models import FileBookmark

FULL_LOAD = 0
CHANGES = 1


def is_load(name: str) -> bool:
    """A file of a full load: its base name starts with LOAD, in any case."""
    return base_name(name).upper().startswith("LOAD")


def base_name(name: str) -> str:
    return posixpath.basename(name)


def order_files(
    new: Sequence[NewFile], before: FileBookmark, after: FileBookmark
) -> tuple[tuple[SourceFile, ...], FileBookmark]:
    """`new` with epoch and phase, in the order of their events, and `after` with epoch and loads.

    The first epoch is 1. A LOAD file whose name the current epoch has with another etag opens the
    next one. A change file belongs to the epoch in which it was written: one that comes late, from
    before the current full load, goes to the epoch before.
    """
    epoch, loads = max(before.epoch, 1), dict(before.loads)
    started = _started(before)
    files = []
    for item in sorted(new, key=_written):
        name = item.file.name
        if is_load(name):
            if loads.get(name) == item.etag:  # touched after the lookback: it was read in this epoch
                continue
            if name in loads:
                epoch, loads, started = epoch + 1, {}, item.file.mtime
            loads[name] = item.etag
        late = not is_load(name) and epoch > 1 and item.file.mtime < started
        files.append(_source_file(item, epoch - late))
    files.sort(key=lambda file: (file.epoch, file.phase, base_name(file.name), file.name))
    return tuple(files), after.model_copy(update={"epoch": epoch, "loads": loads})


def _started(bookmark: FileBookmark) -> int:
    """When the current full load began, ns; 0 once it is beyond the lookback, as all that may still
    come is then younger."""
    times = [bookmark.seen[name].mtime for name in bookmark.loads if name in bookmark.seen]
    return min(times, default=0)


def _written(item: NewFile) -> tuple[int, bool, str]:
    """At one time a load comes before changes: it cannot hold what they change."""
    return item.file.mtime, not is_load(item.file.name), item.file.name


def _source_file(item: NewFile, epoch: int) -> SourceFile:
    file = item.file
    phase = FULL_LOAD if is_load(file.name) else CHANGES
    return SourceFile(file.path, file.name, file.size, file.mtime, item.etag, epoch, phase)
