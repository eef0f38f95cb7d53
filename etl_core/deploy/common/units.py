"""Schedules and the tables' graph -> the Glue jobs there will be, and which waits for which."""

from __future__ import annotations

from dataclasses import dataclass

from etl_core.config.models.schedules import Schedule
from etl_core.config.project import Project
from etl_core.deploy.common.names import job_name
from etl_core.errors import PlanError
from etl_core.plan.graph import Graph, build
from etl_core.plan.selection import select


@dataclass(frozen=True)
class Unit:
    """One Glue job. `tables` in the order they run; `after`: names of the jobs that must have succeeded
    first, within its schedule or of the schedule before it. Empty: the schedule's start starts it."""

    name: str
    schedule: str
    tables: tuple[str, ...]
    after: tuple[str, ...]
    capacity: Schedule

    @property
    def table(self) -> str:
        """The one table of a job a table; "" for the job of a whole schedule."""
        return self.tables[0] if self.capacity.jobs == "per_table" else ""


@dataclass(frozen=True)
class Flow:
    """A schedule that starts by itself or on demand, and all that follow it: one workflow."""

    name: str
    start: Schedule
    units: tuple[Unit, ...]


def flows(project: Project) -> tuple[Flow, ...]:
    """In the order of conf/schedules.yaml. The project must be valid.

    Raises PlanError where nothing is scheduled.
    """
    schedules = project.schedules.schedules
    graph = build(project)
    made: dict[str, tuple[Unit, ...]] = {}
    waiting = dict(schedules)
    while waiting:
        ready = [name for name, one in waiting.items() if one.after is None or one.after in made]
        for name in ready:
            before = waiting[name].after
            made[name] = _units(project, graph, name, _last(made[before]) if before else ())
            del waiting[name]
    starts = {name: one for name, one in schedules.items() if one.after is None}
    if not starts:
        hint = "write conf/schedules.yaml: which tables run together, and when"
        raise PlanError("nothing to deploy: the project has no schedule", hint=hint)
    return tuple(
        Flow(start, schedule, tuple(unit for name in _following(project, start) for unit in made[name]))
        for start, schedule in starts.items()
    )


def all_units(project: Project) -> tuple[Unit, ...]:
    return tuple(unit for flow in flows(project) for unit in flow.units)


def _units(project: Project, graph: Graph, name: str, before: tuple[str, ...]) -> tuple[Unit, ...]:
    schedule = project.schedules.schedules[name]
    tables = select(graph, schedule.select)
    if schedule.jobs == "one":
        return (Unit(job_name(project, name), name, tables, before, schedule),)
    inside = {table: sorted(graph.reads[table] & set(tables)) for table in tables}
    return tuple(
        Unit(
            job_name(project, name, table),
            name,
            (table,),
            tuple(job_name(project, name, read) for read in inside[table]) or before,
            schedule,
        )
        for table in tables
    )


def _last(units: tuple[Unit, ...]) -> tuple[str, ...]:
    """The jobs that no other of the schedule waits for: when they are done, all are."""
    waited = {name for unit in units for name in unit.after}
    return tuple(unit.name for unit in units if unit.name not in waited)


def _following(project: Project, start: str) -> list[str]:
    names = [start]
    for name in names:  # grows while it is read
        names += [other for other, one in project.schedules.schedules.items() if one.after == name]
    return names
