"""A table belongs to one schedule, or to schedules of which one comes after the other."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from itertools import combinations

from etl_core.config.models.schedules import Schedule
from etl_core.config.problems import Problem
from etl_core.config.project import Project
from etl_core.errors import PlanError
from etl_core.plan.graph import build
from etl_core.plan.selection import select
from etl_core.validate.where import schedule_problem


def check(project: Project) -> Iterator[Problem]:
    """On demand is left to whoever starts it: the table's lease still lets one run write."""
    every = project.schedules.schedules
    known = {name: one for name, one in every.items() if one.after is None or one.after in every}
    schedules = {name: one for name, one in known.items() if not one.on_demand}
    tables = _tables(project, schedules)
    for first, second in combinations(tables, 2):
        both = sorted(tables[first] & tables[second])
        if not both or second in _before(first, schedules) or first in _before(second, schedules):
            continue
        others = f" and {len(both) - 1} more" if len(both) > 1 else ""
        message = f"schedules `{first}` and `{second}` both run `{both[0]}`{others}, maybe at the same time"
        hint = f"leave it out of one, or write after: {first}"
        yield schedule_problem(project, f"{second}.select", message, hint)


def _tables(project: Project, schedules: Mapping[str, Schedule]) -> dict[str, set[str]]:
    """Empty where the tables' links or a selection are wrong: other checks say so."""
    try:
        graph = build(project)
        return {name: set(select(graph, schedule.select)) for name, schedule in schedules.items()}
    except PlanError:
        return {}


def _before(name: str, schedules: Mapping[str, Schedule]) -> set[str]:
    """The schedules that `name` waits for, near and far."""
    found: set[str] = set()
    after = schedules[name].after
    while after is not None and after in schedules and after not in found:
        found.add(after)
        after = schedules[after].after
    return found
