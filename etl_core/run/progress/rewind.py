"""`strata rewind`: tables go back to a snapshot that Strata published, and their progress with them.

Tables furthest down go first: one that was rewound reads again from what its upstreams still hold, so
that after a kill in the middle the next run, too, ends in right tables.
"""

from __future__ import annotations

import logging
from collections.abc import Callable, Collection, Sequence
from dataclasses import dataclass

from etl_core.config.project import Project
from etl_core.lease.removals import noted_removal
from etl_core.plan.graph import build
from etl_core.plan.rewinding import Line, Past, Readers, Rewinding, rewinding
from etl_core.plan.selection import select
from etl_core.report.progress import PlainProgress
from etl_core.report.records import RunRecord
from etl_core.report.store import record_of, runs
from etl_core.run.common.engine import Engine
from etl_core.run.common.session import identify, open_engine
from etl_core.run.entry import Outcome, leave
from etl_core.run.locked import holding
from etl_core.run.progress.moving import move_all
from etl_core.runtime.session import table_session
from etl_core.storage import open_storage

KIND = "rewind"
log = logging.getLogger(__name__)


@dataclass(frozen=True)
class Wish:
    """What `strata rewind` was asked for."""

    to: str
    select: str | None = None
    readers: Readers = "ask"


def rewind(
    project: Project,
    wish: Wish,
    approve: Callable[[Rewinding], bool],
    *,
    lock_timeout: float = 0.0,
    keep_session: bool = False,
) -> Outcome | None:
    """Look, ask `approve`, and do it; None if it said no, or if all tables are there already.

    Raises StateError for an unknown run, PlanError, LeaseBusy: all before anything is changed.
    """
    record_of(open_storage(project.environment.warehouse), wish.to)
    graph = build(project)
    chosen = select(graph, wish.select)
    names = {*chosen, *(name for one in chosen for name in graph.descendants(one))}
    identity = identify()
    with open_engine(
        project,
        names,
        identity,
        PlainProgress(len(names)),
        lock_timeout=lock_timeout,
        keep_session=keep_session,
    ) as engine:
        records = list(runs(engine.storage))
        lines = {name: _line(engine, name, records) for name in names}
        past = Past({record.run_id: record.started for record in records})
        found = rewinding(project, graph, lines, to=wish.to, past=past, selected=chosen, readers=wish.readers)
        if not approve(found):
            return None
        _finish_earlier(engine, names - {move.table for move in found.moves})
        if not found.moves:
            return None
        moved = move_all(engine, found)
    return leave(project, identity, KIND, moved)


def _finish_earlier(engine: Engine, names: Collection[str]) -> None:
    """Tables that an earlier rewind has moved, but not brought to its end: holding them mends them."""
    unfinished = [name for name in names if noted_removal(engine.storage, name)]
    with holding(engine, unfinished):
        for name in unfinished:
            log.info("%s: finished what an earlier command left", name)


def _line(engine: Engine, name: str, records: Sequence[RunRecord]) -> Line:
    target = engine.target(engine.project.tables[name], table_session(engine.spark))
    if not target.exists():
        return Line(name)
    published = frozenset(
        record.run_id
        for record in records
        if record.kind != KIND and any(part.table == name and part.status == "done" for part in record.tables)
    )
    complete = target.commits("") is not None
    return Line(name, tuple(target.stamps()), complete, published)
