"""`strata state set`: another progress for a table, stamped into a commit without data."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Literal

from etl_core import inspect
from etl_core.config.project import Project, Table
from etl_core.errors import PublishError, SourceError
from etl_core.plan.observed import ObservedTable
from etl_core.plan.restating import as_given, refuse_doubling, restated
from etl_core.report.progress import PlainProgress
from etl_core.report.records import TableRecord
from etl_core.run.common.engine import Engine
from etl_core.run.common.session import Identity, identify, open_engine
from etl_core.run.entry import Outcome, leave
from etl_core.run.locked import holding
from etl_core.state.models import TableState

KIND = "state set"
Approve = Callable[[TableState | None, TableState], bool]  # before, after -> go on


@dataclass(frozen=True)
class NewState:
    """What `strata state set` was asked for. `given` is for `how` "given"; `force` lets an append table
    read all again."""

    how: Literal["now", "empty", "given"]
    given: TableState | None = None
    force: bool = False


def set_state(
    project: Project,
    table: Table,
    wish: NewState,
    approve: Approve,
    *,
    lock_timeout: float = 0.0,
    keep_session: bool = False,
) -> Outcome | None:
    """Look, ask `approve`, stamp; None if it said no.

    Raises SourceError for a table that does not exist, PlanError, LeaseBusy: before anything is changed.
    """
    identity = identify()
    seen = inspect.observe_tables(project, [table.name])[table.name]
    if not seen.exists:
        raise SourceError(
            f"table {table.name} does not exist yet, and so has no progress to set",
            hint=f"create it with `strata run --select +{table.name}`",
        )
    after = _state(project, table, wish, identity, seen)
    if not approve(seen.state, after):
        return None
    with open_engine(
        project,
        [table.name],
        identity,
        PlainProgress(1),
        lock_timeout=lock_timeout,
        keep_session=keep_session,
    ) as engine:
        record = _stamp(engine, table, seen.state, after, NOTES[wish.how])
    return leave(project, identity, KIND, [record])


def _state(
    project: Project, table: Table, wish: NewState, identity: Identity, seen: ObservedTable
) -> TableState:
    """The new state, from what the catalog and the sources hold now."""
    if wish.given is not None:
        return as_given(table, wish.given, run_id=identity.run_id, at=identity.started)
    if wish.how == "empty" and not wish.force:
        refuse_doubling(table, seen)
    observed = inspect.observe(project, [table.name], again=[table.name])
    return restated(
        table,
        observed,
        "empty" if wish.how == "empty" else "now",
        epoch=inspect.newest_epoch(project, table),
        run_id=identity.run_id,
        at=identity.started,
    )


def _stamp(
    engine: Engine, table: Table, before: TableState | None, after: TableState, note: str
) -> TableRecord:
    """Exactly what was shown, so that nothing that came meanwhile counts as read."""
    began = datetime.now(UTC)
    with holding(engine, [table.name]) as held:
        seen = inspect.observe_tables(engine.project, [table.name])[table.name]
        if seen.state != before:
            raise PublishError(
                f"{table.name}: another run published meanwhile; nothing was changed", hint="say it again"
            )
        target = held[table.name].target
        staging = target.begin(engine.run_id)
        held[table.name].lease.check()
        published = target.publish(staging, after)
    return TableRecord(
        table=table.name,
        status="done",
        mode=table.config.target.mode,
        format=table.format,
        started=began,
        seconds=round((datetime.now(UTC) - began).total_seconds(), 3),
        snapshot=published.snapshot,
        notes=(note,),
    )


NOTES = {
    "now": "all that its sources and upstreams hold counts as read",
    "empty": "nothing counts as read: the next run reads everything",
    "given": "progress set from a file",
}
