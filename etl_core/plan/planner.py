"""`make_plan(project, observed)`: pure, so that what `strata plan` prints is what `strata run` does."""

from __future__ import annotations

from dataclasses import dataclass, field, replace

from etl_core.config.project import Project, Table
from etl_core.plan import backfill, extracts, rebuild
from etl_core.plan.asked import ORDINARY, Asked
from etl_core.plan.columns import missing_columns, system_columns
from etl_core.plan.graph import Graph, build
from etl_core.plan.observed import Observed, ObservedSource, ObservedTable
from etl_core.plan.reads import Read, reads
from etl_core.plan.selection import select
from etl_core.plan.steps import Action, FileRead, Plan, Step, TableRead
from etl_core.state.models import LOST_PROGRESS_HINT

ABSENT = ObservedTable()


def make_plan(
    project: Project, observed: Observed, selection: str | None = None, asked: Asked = ORDINARY
) -> Plan:
    """One step a selected table, each after all it depends on.

    Raises PlanError for a cycle, a missing input, an unknown selection, a read that would miss or
    repeat rows, and a table that cannot be backfilled. What only concerns one table's data (a missing
    landing path, lost progress) is that step's `error`: the others still run.
    """
    graph = build(project)
    planner = _Planner(project, observed, graph, frozenset(select(graph, selection)), asked)
    for name in graph.order:
        if name in planner.selected:
            planner.steps[name] = planner.step(project.tables[name])
    return Plan(project, tuple(planner.steps.values()), observed.offline, asked)


def lost_state(seen: ObservedTable) -> bool:
    """Rows are there, progress is not. Starting from zero would load everything twice."""
    return seen.exists and seen.state is None and bool(seen.snapshot) and seen.rows != 0


@dataclass
class _Planner:
    """Steps made so far, beside what they are made from."""

    project: Project
    observed: Observed
    graph: Graph
    selected: frozenset[str]
    asked: Asked
    steps: dict[str, Step] = field(default_factory=dict)

    def step(self, table: Table) -> Step:
        seen = self.observed.tables.get(table.name, ABSENT)
        planned, remarks = self._reads(table, seen)
        error, hint = self._error(table, seen, planned)
        remarks = (*extracts.notes(table, planned), *remarks)
        return Step(
            table=table,
            action=self._action(seen, planned, failing=bool(error)),
            reads=planned,
            depends_on=tuple(name for name in self.steps if name in self.graph.reads[table.name]),
            observed=seen,
            system_columns=system_columns(table),
            notes=(*self._notes(table, seen), *(() if error else remarks)),
            error=error,
            hint=hint,
            asked=self.asked,
        )

    def _reads(self, table: Table, seen: ObservedTable) -> tuple[tuple[Read, ...], tuple[str, ...]]:
        """With remarks for a person. A full refresh and a backfill read upstream tables whole."""
        planned = reads(self.project, table, self.observed, seen)
        if not self.asked.rereads:
            return planned, ()
        whole = tuple(_whole(read) if isinstance(read, TableRead) else read for read in planned)
        if self.asked.window is None:
            return whole, rebuild.notes(self.project, table, self.observed, self.selected)
        backfill.refuse(table)
        if table.source is None:
            return whole, ()
        read, remarks = backfill.file_read(table, self.observed, self.asked.window)
        return (read,), remarks

    def _action(self, seen: ObservedTable, planned: tuple[Read, ...], *, failing: bool) -> Action:
        if self.observed.offline:
            return "wait"
        if not seen.exists:
            return "create"
        if self.asked.rebuilds:
            return "rebuild"
        if failing or any(self._changed(read) for read in planned):
            return "write"
        return "wait" if any(self._waits(read) for read in planned) else "nothing"

    def _changed(self, read: Read) -> bool:
        """There is something to read now. An upstream nobody looked at counts as changed."""
        if isinstance(read, FileRead):
            return bool(read.files)
        upstream = self.observed.tables.get(read.table)
        if self.asked.rereads:
            return True
        if self._waits(read):
            return False
        return upstream is None or upstream.snapshot != (read.since.snapshot if read.since else "")

    def _waits(self, read: Read) -> bool:
        """The upstream is part of this plan and may publish."""
        upstream = self.steps.get(read.table) if isinstance(read, TableRead) else None
        return upstream is not None and upstream.action != "nothing"

    def _error(self, table: Table, seen: ObservedTable, planned: tuple[Read, ...]) -> tuple[str, str]:
        source = self.observed.sources.get(table.name)
        if source is not None and source.error:
            return source.error, ""
        if self.asked.rebuilds and (obstacle := rebuild.obstacle(table, self.observed, self.asked))[0]:
            return obstacle
        if lost_state(seen) and not self.asked.rebuilds:
            return (
                f"{table.name} has rows but no recorded progress, so what was read already is not known",
                LOST_PROGRESS_HINT,
            )
        absent = [name for name in sorted(self.graph.reads[table.name]) if self._absent(name)]
        if absent:
            return (
                f"{table.name} reads {', '.join(absent)}, which does not exist yet",
                f"run it first: --select +{table.name}",
            )
        return extracts.undated(table, planned)

    def _absent(self, upstream: str) -> bool:
        seen = self.observed.tables.get(upstream)
        return (
            not self.observed.offline
            and upstream not in self.selected
            and seen is not None
            and not seen.exists
        )

    def _notes(self, table: Table, seen: ObservedTable) -> tuple[str, ...]:
        notes = list(self.observed.sources.get(table.name, ObservedSource()).notes)
        added = missing_columns(table, seen)
        if added:
            notes += [f"adds column {name}" for name in added]
        return tuple(notes)


def _whole(read: TableRead) -> TableRead:
    return replace(read, mode="all", since=None)
