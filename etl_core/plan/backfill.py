"""A backfill: the files of its window, whatever the bookmark says, and the progress after it. Pure."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime

from etl_core.config.durations import seconds
from etl_core.config.models.source import ResolvedSource
from etl_core.config.project import Table
from etl_core.errors import PlanError
from etl_core.plan.asked import Window
from etl_core.plan.held import bookmark_of, stored_as
from etl_core.plan.observed import Observed, ObservedSource, SourceFile
from etl_core.plan.steps import SOURCE_INPUT, FileRead
from etl_core.state.models import FileBookmark, SeenFile

_WHOLE = {
    "overwrite": "its rows are the newest files, and older ones would replace them",
    "snapshot": "an older extract would be compared with a newer one",
}


def refuse(table: Table) -> None:
    """Raises PlanError, with the reason, for a table that no window of its source can mend."""
    mode = table.config.target.mode
    if table.source is not None and mode in _WHOLE:
        raise PlanError(
            f"{table.name} cannot be backfilled: mode {mode}: {_WHOLE[mode]}",
            hint=f"build it again: strata run --full-refresh --select {table.name}",
        )
    if table.source is None and mode == "append":
        raise PlanError(
            f"{table.name} cannot be backfilled: it appends what is new in its inputs, "
            "and reading them whole would repeat its rows",
            hint="backfill the table it reads; what that adds is new and is read by the next run",
        )


def file_read(table: Table, observed: Observed, window: Window) -> tuple[FileRead, tuple[str, ...]]:
    """What to read of the table's source, and what a person should know.

    An append table takes only files that it holds no rows of. High-water never goes back and never
    goes past files that nobody read.
    """
    if table.source is None:
        raise PlanError(f"{table.name} has no source")
    bookmark = bookmark_of(observed, table.name)
    listed = observed.sources.get(table.name, ObservedSource()).files
    inside = [file for file in listed if _arrived(file, table.source) in window]
    files, notes = _of_this_load(inside, listed, bookmark)
    if table.config.target.mode == "append":
        held = observed.held.get(table.name, frozenset())
        missing = [file for file in files if not _holds(held, file) and not _was_read(file, bookmark)]
        if len(missing) < len(files):
            notes.append(f"in it already: {len(files) - len(missing)} of the window's {len(files)} files")
        files = missing
    lookback = seconds(table.source.lookback) * 1_000_000_000
    return FileRead(SOURCE_INPUT, tuple(files), _after(bookmark, files, lookback)), tuple(notes)


def _arrived(file: SourceFile, source: ResolvedSource) -> datetime:
    """The date in the file's path where the source says how to find one; else when it was written."""
    if source.extract and file.extract:
        return datetime.fromisoformat(file.extract).replace(tzinfo=UTC)
    return datetime.fromtimestamp(file.mtime / 1e9, UTC)


def _holds(held: frozenset[tuple[str, int]], file: SourceFile) -> bool:
    """The quarantine does not tell epochs: 0 there."""
    stored = stored_as(file)
    return stored in held or (stored.name, 0) in held


def _was_read(file: SourceFile, bookmark: FileBookmark) -> bool:
    """Also files that left no row behind: empty ones, and those of which all rows were turned away."""
    return file.name in bookmark.seen


def _of_this_load(
    inside: list[SourceFile], listed: tuple[SourceFile, ...], bookmark: FileBookmark
) -> tuple[list[SourceFile], list[str]]:
    """DMS: only files of the current full load, for an older change must not follow a newer load."""
    if not any(file.epoch for file in inside):
        return inside, []
    epoch = max(bookmark.epoch, 1)
    loads = (file.mtime for file in listed if bookmark.loads.get(file.name) == file.etag)
    begun = min(loads, default=0) if epoch > 1 else 0
    kept = [
        replace(file, epoch=epoch)
        for file in inside
        if (file.mtime >= begun if file.phase else _is_of_load(file, bookmark))
    ]
    if len(kept) == len(inside):
        return kept, []
    left = f"{len(inside) - len(kept)} of the window's {len(inside)} files"
    return kept, [f"left out, for they belong to another full load: {left}"]


def _is_of_load(file: SourceFile, bookmark: FileBookmark) -> bool:
    """Another content under the same name is a new full load: the next ordinary run reads that."""
    return bookmark.loads.get(file.name, file.etag) == file.etag


def _after(bookmark: FileBookmark, files: list[SourceFile], lookback: int) -> FileBookmark:
    """The files count as seen. Older ones than the lookback need no entry: they are never looked at."""
    recent = [file for file in files if file.mtime >= bookmark.mtime - lookback]
    seen = {file.name: SeenFile(etag=file.etag, mtime=file.mtime, size=file.size) for file in recent}
    loads = {file.name: file.etag for file in files if file.epoch and not file.phase}
    epoch = max([bookmark.epoch, *(file.epoch for file in files)])
    merged = {"seen": {**bookmark.seen, **seen}, "loads": {**bookmark.loads, **loads}, "epoch": epoch}
    return bookmark.model_copy(update=merged)
