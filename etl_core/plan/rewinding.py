"""`strata rewind`: which tables go back, to which of their snapshots, and whom that concerns. Pure."""

from __future__ import annotations

import re
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Literal

from etl_core.config.project import Project, Table
from etl_core.errors import PlanError
from etl_core.plan.graph import Graph
from etl_core.plan.readers import Effect, effect_on
from etl_core.state.models import Bookmark, TableBookmark, TableState

Readers = Literal["ask", "cascade", "only"]
_STAMPED_ID = re.compile(r"\d{8}T\d{6}Z")


@dataclass(frozen=True)
class Line:
    """A table's stamped snapshots, from what readers see back to the oldest kept. `complete`: the first
    commit of all is still among what is kept. `runs`: those that published it, by the records."""

    table: str
    stamps: tuple[tuple[str, TableState], ...] = ()
    complete: bool = True
    runs: frozenset[str] = frozenset()

    @property
    def state(self) -> TableState | None:
        return self.stamps[0][1] if self.stamps else None


@dataclass(frozen=True)
class Move:
    """One table's way back. `to_snapshot` "": it did not exist then and is emptied. `undone`: the runs
    whose work goes, newest first."""

    table: str
    snapshot: str
    run_id: str
    to_snapshot: str
    to_run: str
    undone: tuple[str, ...]


@dataclass(frozen=True)
class Rewinding:
    """`moves` in the graph's order; `stay`: selected tables that are there already, or hold nothing;
    `concerned`: tables that have read what is undone and are left as they are."""

    to: str
    moves: tuple[Move, ...]
    stay: tuple[str, ...]
    concerned: tuple[Effect, ...]


@dataclass(frozen=True)
class Past:
    """When runs started, by the records; the id of a run without one may tell."""

    started: Mapping[str, datetime]

    def of(self, run_id: str) -> datetime:
        """Also of one batch of a run (`<run id>-1`). Raises PlanError if nobody knows when it was."""
        for known in (run_id, run_id.rpartition("-")[0]):
            if known in self.started:
                return self.started[known]
        if not _STAMPED_ID.match(run_id):
            raise PlanError(
                f"nothing says when run {run_id} was: it left no record, and its id begins with no time",
                hint="name the run that published the table: its snapshot is found without a time",
            )
        return datetime.strptime(run_id[:16], "%Y%m%dT%H%M%SZ").replace(tzinfo=UTC)


def rewinding(
    project: Project, graph: Graph, lines: Mapping[str, Line], *, to: str, past: Past,
    selected: Iterable[str], readers: Readers,
) -> Rewinding:  # fmt: skip
    """What `strata rewind` would do. `lines`: of the selected tables and all that is made of them.

    Raises PlanError for every table whose snapshot is not kept any more, and where other tables have
    read what would be undone and `readers` is `ask`.
    """
    found = _Finder(to, past)
    moves: dict[str, Move] = {}
    stay: list[str] = []
    concerned: list[Effect] = []
    chosen = set(selected)
    for name in graph.order:
        read = found.read_later(project.tables[name], lines.get(name), {*moves, *stay})
        if name in chosen or (read and readers == "cascade"):
            move = found.move(lines[name])
            if move is None:
                stay.append(name)
            else:
                moves[name] = move
        elif read:
            concerned.append(effect_on(project.tables[name], read))
    found.refuse_lost()
    if concerned and readers == "ask":
        raise _undecided(concerned)
    return Rewinding(to, tuple(moves.values()), tuple(stay), tuple(concerned))


class _Finder:
    """Finds each table's way back, and collects those that have none."""

    def __init__(self, to: str, past: Past) -> None:
        self.to = to
        self.past = past
        self.moment = past.of(to)
        self.lost: list[str] = []

    def move(self, line: Line) -> Move | None:
        """None if the table is there already."""
        undone: list[str] = []
        for snapshot, state in line.stamps:
            if state.run_id == self.to or (self.to not in line.runs and self._by_then(state.run_id)):
                return self._move(line, snapshot, state.run_id, undone)
            undone.append(state.run_id)
        if self._was_there(line):
            self.lost.append(line.table)
            return None
        return self._move(line, "", "", undone)

    def read_later(self, table: Table, line: Line | None, upstreams: Collection[str]) -> frozenset[str]:
        """Those of `upstreams` (all as they are after the rewind) of which the table has read what a
        later run made: it is undone now, or was before."""
        if line is None or line.state is None:
            return frozenset()
        bookmarks = line.state.inputs
        inputs = table.config.inputs.items()
        read = {name: bookmarks.get(name) for name, source in inputs if source.table in upstreams}
        return frozenset(table.config.inputs[name].table for name, mark in read.items() if self._later(mark))

    def refuse_lost(self) -> None:
        if self.lost:
            raise PlanError(
                f"{', '.join(self.lost)}: no snapshot of run {self.to} or before is kept any more, or that "
                "run was itself rewound; nothing was changed",
                hint="rewind to a later run (`strata history TABLE`), leave the table out with --select, or "
                "build it again with `strata run --full-refresh`",
            )

    def _move(self, line: Line, snapshot: str, run_id: str, undone: Sequence[str]) -> Move | None:
        if not undone:
            return None
        now, state = line.stamps[0]
        return Move(line.table, now, state.run_id, snapshot, run_id, tuple(dict.fromkeys(undone)))

    def _later(self, bookmark: Bookmark | None) -> bool:
        if not isinstance(bookmark, TableBookmark) or not bookmark.run_id:
            return False
        return bookmark.run_id != self.to and not self._by_then(bookmark.run_id)

    def _by_then(self, run_id: str) -> bool:
        return self.past.of(run_id) <= self.moment

    def _was_there(self, line: Line) -> bool:
        """It held something after the run, or nobody can say that it did not."""
        known = [run for run in line.runs if run in self.past.started]
        return not line.complete or any(self._by_then(run) for run in known)


def _undecided(concerned: Sequence[Effect]) -> PlanError:
    names = ", ".join(effect.reader for effect in concerned)
    fails = [effect.reader for effect in concerned if effect.fails]
    only = "--only leaves them as they are: they are read whole again by their next run"
    if fails:
        only += f", but {', '.join(fails)} would fail, for it appends"
    return PlanError(
        f"{names}: made from what would be rewound; nothing was changed",
        hint=f"--cascade rewinds these tables too; {only}",
    )
