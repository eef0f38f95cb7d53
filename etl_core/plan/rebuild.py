"""A full refresh: what stands in its way, and what a person should know before it starts."""

from __future__ import annotations

from etl_core.config.project import Project, Table
from etl_core.plan.asked import Asked
from etl_core.plan.held import known_names, stored_as
from etl_core.plan.observed import Observed, ObservedSource, SourceFile
from etl_core.plan.readers import effects

SHOWN_FILES = 3


def obstacle(table: Table, observed: Observed, asked: Asked) -> tuple[str, str]:
    """Why the table cannot be built again, and what to do about it; two empty texts if it can."""
    if table.source is None or observed.offline:
        return "", ""
    seen = observed.tables.get(table.name)
    if seen is not None and seen.exists and not _files(table, observed):
        return (
            f"{table.name} cannot be built again: its source holds no files, and nothing would be left of it",
            "bring the files back, or drop the table to start without them",
        )
    gone = vanished(table, observed)
    if gone and not asked.allow_vanished:
        return (
            f"{table.name} was made from {_names(gone)}, which its source no longer holds: "
            "built again, it would lose their rows",
            "bring the files back, or say --allow-vanished",
        )
    return "", ""


def notes(project: Project, table: Table, observed: Observed, selected: frozenset[str]) -> tuple[str, ...]:
    """What it means for the table, and for tables that read it and are not built again with it."""
    said = [f"built again from all that its {'source holds' if table.source else 'inputs hold'}"]
    gone = vanished(table, observed)
    if gone:
        said.append(f"loses the rows of {_names(gone)}, which its source no longer holds")
    count = len(_files(table, observed))
    if table.source and table.config.target.mode in ("overwrite", "overwrite_partitions") and count > 1:
        said.append(f"all {count} files together become the table, not only the newest")
    for effect in effects(project, frozenset({table.name})):
        if effect.reader not in selected:
            said.append(f"{effect.reader} {effect.text}")
    return tuple(said)


def vanished(table: Table, observed: Observed) -> tuple[str, ...]:
    """Files whose rows the table holds and which its source no longer has, by name."""
    if table.source is None or observed.offline:
        return ()
    there = {stored_as(file).name for file in _files(table, observed)}
    return tuple(sorted(known_names(observed, table.name) - there))


def _files(table: Table, observed: Observed) -> tuple[SourceFile, ...]:
    return observed.sources.get(table.name, ObservedSource()).files


def _names(files: tuple[str, ...]) -> str:
    shown = ", ".join(files[:SHOWN_FILES])
    more = len(files) - SHOWN_FILES
    return f"{shown} and {more} more files" if more > 0 else shown
