"""What a step reads, and the reads that are refused because they would miss or repeat rows."""

from __future__ import annotations

from etl_core.config.models.table import Input
from etl_core.config.project import Project, Table
from etl_core.errors import PlanError
from etl_core.plan.observed import Observed, ObservedSource, ObservedTable
from etl_core.plan.steps import SOURCE_INPUT, FileRead, TableRead
from etl_core.state.models import TableBookmark

Read = FileRead | TableRead
# Modes in which the table's content is what the job makes of its inputs, whichever rows arrive.
RECOMPUTED_MODES = ("overwrite", "merge")


def reads(project: Project, table: Table, observed: Observed, seen: ObservedTable) -> tuple[Read, ...]:
    """The table's reads, by input. Raises PlanError for a read that cannot be right."""
    if table.source is not None:
        found = observed.sources.get(table.name, ObservedSource())
        return (FileRead(SOURCE_INPUT, found.files, found.bookmark),)
    inputs = table.config.inputs
    if table.config.target.mode == "append" and all(source.read == "all" for source in inputs.values()):
        raise PlanError(
            f"{table.name}: mode append with `read: all` would append the same rows in every run",
            hint="use `read: new` for the input that brings the rows, or mode overwrite",
        )
    for name, source in inputs.items():
        _check(project, table, name, source)
    return tuple(
        TableRead(name, source.table, source.read, _since(seen, name)) for name, source in inputs.items()
    )


def _check(project: Project, table: Table, name: str, source: Input) -> None:
    mode, target = project.tables[source.table].config.target.mode, table.config.target
    if source.read == "changed_keys" and (target.mode not in RECOMPUTED_MODES or not target.keys):
        raise PlanError(
            f"{table.name}: `read: changed_keys` of {source.table} replaces rows by their key",
            hint=f"it needs `keys` and mode {' or '.join(RECOMPUTED_MODES)}",
        )
    if source.read == "new" and mode != "append":
        raise PlanError(
            f"{table.name}: `read: new` of {source.table} would miss changes: its mode is {mode}, "
            "and only appended rows can be read as new",
            hint=f"use `read: all` for input {name!r}, or read an append table further up",
        )


def _since(seen: ObservedTable, name: str) -> TableBookmark | None:
    bookmark = seen.state.inputs.get(name) if seen.state else None
    return bookmark if isinstance(bookmark, TableBookmark) else None
