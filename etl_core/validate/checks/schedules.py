"""Schedules select tables that exist, start when something says so, and do not wait for each other."""

from __future__ import annotations

from collections.abc import Iterator

from etl_core.config.cron import CronError, parse_cron
from etl_core.config.models.schedules import Schedule
from etl_core.config.problems import Problem
from etl_core.config.project import Project
from etl_core.config.wording import did_you_mean
from etl_core.errors import PlanError
from etl_core.plan.graph import Graph
from etl_core.plan.selection import select
from etl_core.validate.where import schedule_problem

SHORTEST_MINUTES = 5  # AWS Glue Developer Guide, "Time-based schedules": limits


def check(project: Project) -> Iterator[Problem]:
    names = tuple(sorted({*project.tables, *project.incomplete}))
    # Names alone decide whether a selection matches, whatever is wrong between the tables.
    alone: dict[str, frozenset[str]] = dict.fromkeys(names, frozenset())
    graph = Graph(names, alone, alone)
    schedules = project.schedules.schedules
    for name, schedule in schedules.items():
        yield from _selection(project, graph, name, schedule)
        yield from _start(project, name, schedule)
        yield from _circle(project, name, schedules)


def _selection(project: Project, graph: Graph, name: str, schedule: Schedule) -> Iterator[Problem]:
    try:
        select(graph, schedule.select)
    except PlanError as error:
        message = f"schedule `{name}`: {error.message.removeprefix('--select ')}"
        yield schedule_problem(project, f"{name}.select", message, error.hint)


def _start(project: Project, name: str, schedule: Schedule) -> Iterator[Problem]:
    others = tuple(other for other in project.schedules.schedules if other != name)
    if (schedule.cron is not None) + (schedule.after is not None) + schedule.on_demand != 1:
        message = f"schedule `{name}` needs exactly one of `cron`, `after` and `on_demand: true`"
        yield schedule_problem(project, name, message, "for example cron: 0 3 * * ? *")
    elif schedule.cron is not None:
        yield from _cron(project, name, schedule.cron)
    if schedule.after is not None and schedule.after not in (*others, name):
        hint = did_you_mean(schedule.after, others) or f"schedules: {', '.join(others) or 'no other'}"
        message = f"schedule `{name}` comes after `{schedule.after}`, which does not exist"
        yield schedule_problem(project, f"{name}.after", message, hint)


def _cron(project: Project, name: str, text: str) -> Iterator[Problem]:
    hint = "minutes hours day month weekday year: 0 3 * * ? *"
    try:
        cron = parse_cron(text)
    except CronError as error:
        yield schedule_problem(project, f"{name}.cron", f"schedule `{name}`: `cron` {error}", hint)
        return
    if not cron.starts_a_month():
        yield schedule_problem(project, f"{name}.cron", f"schedule `{name}`: `cron` names no day", hint)
    gap = cron.shortest_gap()
    if gap is not None and gap < SHORTEST_MINUTES:
        message = f"schedule `{name}`: `cron` starts every {gap} min; Glue takes {SHORTEST_MINUTES} or more"
        yield schedule_problem(project, f"{name}.cron", message, "for example 0/15 * * * ? *")


def _circle(project: Project, name: str, schedules: dict[str, Schedule]) -> Iterator[Problem]:
    """Reported once, at the first of the circle by name."""
    way = [name]
    while (after := schedules[way[-1]].after) in schedules and after not in way:
        way.append(str(after))
    if after == name == min(way):
        flow = " -> ".join([name, *reversed(way[1:]), name])
        yield schedule_problem(
            project, f"{name}.after", f"schedules wait for each other: {flow}", "give one a cron"
        )
