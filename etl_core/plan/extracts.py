"""Full extracts that a step applies (mode snapshot), as far as its plan speaks of them. Pure."""

from __future__ import annotations

from collections.abc import Iterable

from etl_core.config.project import Table
from etl_core.plan.observed import SourceFile
from etl_core.plan.steps import FileRead, TableRead

SHOWN = 4


def notes(table: Table, reads: Iterable[FileRead | TableRead]) -> tuple[str, ...]:
    """Which extracts wait."""
    dates = sorted({file.extract for file in _files(table, reads)} - {""})
    if len(dates) > SHOWN:
        return (f"applies {len(dates)} extracts one by one, from {dates[0]} to {dates[-1]}",)
    if len(dates) > 1:
        return (f"applies {len(dates)} extracts one by one: {', '.join(dates)}",)
    return tuple(f"applies the extract {date}" for date in dates)


def undated(table: Table, reads: Iterable[FileRead | TableRead]) -> tuple[str, str]:
    """Error and hint for files of which the source's `extract` does not say when they were taken; mostly
    empty."""
    names = [file.name for file in _files(table, reads) if not file.extract]
    if not names or table.source is None or not table.source.extract:
        return "", ""
    more = f" and {len(names) - 1} more" if len(names) > 1 else ""
    return (
        f"the source's `extract` finds no date in {names[0]}{more}",
        "correct the expression, or leave such files out by `pattern`",
    )


def _files(table: Table, reads: Iterable[FileRead | TableRead]) -> list[SourceFile]:
    if table.config.target.mode != "snapshot":
        return []
    return [file for read in reads if isinstance(read, FileRead) for file in read.files]
