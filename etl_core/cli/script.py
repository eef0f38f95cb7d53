"""A job script's run: the same request that `strata run` makes, the same summary."""

from __future__ import annotations

import sys
from collections.abc import Sequence
from importlib.util import find_spec
from pathlib import Path

from etl_core.cli.failure import guarded
from etl_core.cli.glue_script import run_on_glue
from etl_core.cli.job_request import request_of
from etl_core.run.entry import run
from etl_core.runtime.arguments import JobArguments, job_arguments, on_glue
from etl_core.runtime.logging import configure


def run_script(select: str | None, script: Path, argv: Sequence[str] | None) -> None:
    """Run what the arguments (None: those of the process) ask for, `select` unless they say otherwise.

    Leaves the process with the run's exit code unless that is 0. On Glue, returns or raises instead: there
    any exit of the interpreter counts as a failure, and an exception's text is the job's error message.
    """
    arguments = sys.argv[1:] if argv is None else list(argv)
    if on_glue(arguments):
        run_on_glue(select, script, arguments)
        return
    configure()
    code = guarded(lambda: _run(job_arguments(select, script, arguments)))
    if code:
        sys.exit(code)


def _run(arguments: JobArguments) -> int:
    """Run, print the summary where the CLI's libraries are installed, and return the exit code."""
    outcome = run(request_of(arguments))
    if find_spec("rich") is not None:
        from rich.console import Console

        from etl_core.report.terminal import print_summary

        print_summary(outcome.record, Console(), report=outcome.report)
    return outcome.record.exit_code
