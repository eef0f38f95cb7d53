"""`strata state set`: the progress a table is given in place of the one it has lost or has wrong. Pure."""

from __future__ import annotations

from datetime import datetime
from typing import Literal

from etl_core.config.project import Table
from etl_core.errors import PlanError
from etl_core.plan.observed import Observed, ObservedTable
from etl_core.plan.steps import SOURCE_INPUT
from etl_core.state.models import Bookmark, FileBookmark, TableBookmark, TableState

How = Literal["now", "empty"]


def restated(
    table: Table, observed: Observed, how: How, *, epoch: int, run_id: str, at: datetime
) -> TableState:
    """Everything that sources and upstreams hold now counts as read (`now`), or nothing (`empty`).

    `epoch`: the newest full load of which the table holds rows; what is read from now on must not be
    older than that. Raises PlanError where the source cannot be listed.
    """
    inputs = _now(table, observed, epoch) if how == "now" else _empty(table, epoch)
    held = observed.tables[table.name].state
    return TableState(
        run_id=run_id,
        at=at,
        inputs=inputs,
        oldest_tombstone=held.oldest_tombstone if held else None,
        oldest_quarantined=held.oldest_quarantined if held else None,
    )


def as_given(table: Table, given: TableState, *, run_id: str, at: datetime) -> TableState:
    """The state `given` in a file, stamped by this run.

    Raises PlanError if it is about inputs that the contract does not have, or lacks one.
    """
    wanted = set(table.config.inputs) or {SOURCE_INPUT}
    if set(given.inputs) != wanted:
        raise PlanError(
            f"{table.name} reads {', '.join(sorted(wanted))}, but the file has progress for "
            f"{', '.join(sorted(given.inputs)) or 'nothing'}",
            hint=f"start from what `strata state show {table.name} --json` prints",
        )
    return given.model_copy(update={"run_id": run_id, "at": at})


def refuse_doubling(table: Table, seen: ObservedTable) -> None:
    """Raises PlanError where reading all again would repeat rows that the table holds."""
    if table.config.target.mode == "append" and seen.rows != 0:
        rows = "rows" if seen.rows is None else f"{seen.rows:,} rows"
        raise PlanError(
            f"{table.name} appends and holds {rows}: if nothing counts as read, they all come twice",
            hint=f"build it again instead: strata run --full-refresh --select {table.name}; or say --force",
        )


def _now(table: Table, observed: Observed, epoch: int) -> dict[str, Bookmark]:
    source = observed.sources.get(table.name)
    if source is not None:
        if source.error:
            raise PlanError(source.error)
        newest = max(source.bookmark.epoch, epoch)
        return {SOURCE_INPUT: source.bookmark.model_copy(update={"epoch": newest})}
    read = {name: observed.tables[one.table] for name, one in table.config.inputs.items()}
    return {
        name: TableBookmark(snapshot=seen.snapshot, run_id=seen.state.run_id if seen.state else "")
        for name, seen in read.items()
    }


def _empty(table: Table, epoch: int) -> dict[str, Bookmark]:
    if table.source is None:
        return {name: TableBookmark() for name in table.config.inputs}
    return {SOURCE_INPUT: FileBookmark(epoch=epoch)}
