"""A job script's run: the same request that `strata run` makes, the same summary."""

from __future__ import annotations

from importlib.util import find_spec

from etl_core.run.entry import run
from etl_core.run.request import Request
from etl_core.runtime.arguments import JobArguments


def run_request(arguments: JobArguments) -> int:
    """Run, print the summary where the CLI's libraries are installed, and return the exit code."""
    outcome = run(
        Request(
            root=arguments.project,
            environment=arguments.env,
            select=arguments.select,
            logical_time=arguments.logical_time,
            run_id=arguments.run_id,
            lock_timeout=arguments.lock_timeout,
        )
    )
    if find_spec("rich") is not None:
        from rich.console import Console

        from etl_core.report.terminal import print_summary

        print_summary(outcome.record, Console(), report=outcome.report)
    return outcome.record.exit_code
