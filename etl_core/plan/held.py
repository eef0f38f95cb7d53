"""Which source files a table holds rows of, and under which names it knows them."""

from __future__ import annotations

import posixpath
from typing import NamedTuple

from etl_core.plan.observed import Observed, SourceFile
from etl_core.plan.steps import SOURCE_INPUT
from etl_core.state.models import FileBookmark


class HeldFile(NamedTuple):
    """As it stands in `_strata_source_file` and `_strata_epoch` (0: the source knows no full loads)."""

    name: str
    epoch: int = 0


def stored_as(file: SourceFile) -> HeldFile:
    """DMS files go by their base name, all others by the path below the source's folder."""
    return HeldFile(posixpath.basename(file.name) if file.epoch else file.name, file.epoch)


def bookmark_of(observed: Observed, table: str) -> FileBookmark:
    """The table's progress over its source; an empty one where there is none."""
    seen = observed.tables.get(table)
    held = seen.state.inputs.get(SOURCE_INPUT) if seen and seen.state else None
    return held if isinstance(held, FileBookmark) else FileBookmark()


def known_names(observed: Observed, table: str) -> frozenset[str]:
    """Names of files whose rows the table holds, as far as anybody knows: those its rows tell, where
    rows tell their file; else those read within the lookback."""
    bookmark = bookmark_of(observed, table)
    by_rows = frozenset(name for name, _ in observed.held.get(table, frozenset()))
    if by_rows:
        return by_rows
    short = posixpath.basename if bookmark.epoch else str
    return frozenset(short(name) for name in bookmark.seen)
