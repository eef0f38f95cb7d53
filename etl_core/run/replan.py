"""The plan was made before the lease was held: if another run published since, plan the table anew."""

from __future__ import annotations

from dataclasses import replace

from etl_core import inspect
from etl_core.plan.planner import make_plan
from etl_core.plan.steps import Step
from etl_core.run.common.engine import Engine
from etl_core.state.models import TableState


def current_step(engine: Engine, step: Step, state: TableState | None) -> Step:
    """`step` itself if the table's progress is still the one it was planned on."""
    planned = step.observed.state
    if (planned.run_id if planned else "") == (state.run_id if state else ""):
        return step
    again = (step.name,) if step.asked.rereads else ()
    observed = inspect.observe(engine.project, [step.name], again=again)
    fresh = make_plan(engine.project, observed, step.name, step.asked).step(step.name)
    return replace(fresh, depends_on=step.depends_on, notes=(*fresh.notes, "another run published meanwhile"))
