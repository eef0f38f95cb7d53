"""The plan of what was asked, made from what the catalog and the sources hold now. No JVM."""

from __future__ import annotations

from etl_core import inspect
from etl_core.config.project import Project
from etl_core.plan.asked import Asked
from etl_core.plan.graph import build
from etl_core.plan.planner import make_plan
from etl_core.plan.selection import select
from etl_core.plan.steps import Plan


def planned(project: Project, selection: str | None, asked: Asked, *, offline: bool = False) -> Plan:
    """What `strata plan` prints and `strata run` executes. Raises PlanError, StateError.

    Only the selected tables, what they read and their sources are looked at: a job may see no more.
    """
    selected = select(build(project), selection)
    again = selected if asked.rereads else ()
    observed = inspect.observe(project, selected, offline=offline, again=again)
    return make_plan(project, observed, selection, asked)
