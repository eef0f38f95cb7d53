"""From a job's arguments to the request that a run takes."""

from __future__ import annotations

from etl_core.run.request import Request
from etl_core.runtime.arguments import JobArguments


def request_of(arguments: JobArguments) -> Request:
    return Request(
        root=arguments.project,
        environment=arguments.env,
        select=arguments.select,
        logical_time=arguments.logical_time,
        run_id=arguments.run_id,
        lock_timeout=arguments.lock_timeout,
        timeout=arguments.timeout,
    )
