"""What Glue does not offer together: flex and large workers, waiting and running again."""

from __future__ import annotations

from collections.abc import Iterator

from etl_core.config.problems import Problem
from etl_core.config.project import Project
from etl_core.validate.where import schedule_problem

# AWS Glue Developer Guide, "Job structure": ExecutionClass
FLEX_WORKERS = ("G.1X", "G.2X")


def check(project: Project) -> Iterator[Problem]:
    for name, schedule in project.schedules.schedules.items():
        if schedule.execution == "flex" and schedule.worker_type not in FLEX_WORKERS:
            message = f"schedule `{name}`: flex has no workers of type {schedule.worker_type}"
            yield schedule_problem(
                project, f"{name}.worker_type", message, f"use {' or '.join(FLEX_WORKERS)}, or standard"
            )
        # "Job run statuses": only runs of jobs that are not retried may wait
        if schedule.queueing and schedule.retries:
            message = f"schedule `{name}`: Glue does not queue runs of a job with `retries`"
            yield schedule_problem(project, f"{name}.queueing", message, "keep one of the two")
