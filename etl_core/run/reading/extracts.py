"""Mode snapshot: the extracts that wait, each a batch of its own, the oldest first."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, datetime

from etl_core.plan.steps import FileRead, Step
from etl_core.run.common.inputs import Inputs
from etl_core.state.models import FileBookmark, SeenFile


def by_extract(step: Step, read_batch: Callable[[Step], Inputs]) -> list[Inputs]:
    """`read_batch` of each extract that the step would read at once.

    The progress of each is that of its files alone, so that those that still wait are found again if a
    later one fails; only the last has the progress of the whole step.
    """
    reads = [read for read in step.reads if isinstance(read, FileRead)]
    if step.table.config.target.mode != "snapshot" or not reads:
        return [read_batch(step)]
    (read,) = reads
    extracts = sorted({file.extract for file in read.files})
    if not extracts:
        return [read_batch(step)]
    return [read_batch(replace(step, reads=(part,))) for part in _parts(read, extracts, _before(step, read))]


def extract_time(inputs: Inputs, logical_time: datetime) -> datetime:
    """When the extract was taken, as far as its files say; else the run's logical time."""
    dates = [mark.extract for mark in inputs.bookmarks.values() if isinstance(mark, FileBookmark)]
    if not any(dates):
        return logical_time
    return datetime.fromisoformat(max(dates)).replace(tzinfo=UTC)


def _before(step: Step, read: FileRead) -> FileBookmark:
    state = step.observed.state
    held = state.inputs.get(read.input) if state and not step.asked.rebuilds else None
    return held if isinstance(held, FileBookmark) else FileBookmark(epoch=read.bookmark.epoch)


def _parts(read: FileRead, extracts: list[str], before: FileBookmark) -> list[FileRead]:
    files = defaultdict(list)
    for file in read.files:
        files[file.extract].append(file)
    seen = dict(before.seen)
    parts = []
    for extract in extracts:
        seen |= {f.name: SeenFile(etag=f.etag, mtime=f.mtime, size=f.size) for f in files[extract]}
        last = extract == extracts[-1]
        mark = read.bookmark if last else before.model_copy(update={"seen": dict(seen)})
        mark = mark.model_copy(update={"extract": extract or before.extract})
        parts.append(FileRead(read.input, tuple(files[extract]), mark))
    return parts
