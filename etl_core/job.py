"""`@table`: a job stays a plain function of DataFrames, and its script can be started by itself."""

from __future__ import annotations

import functools
import inspect
import sys
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Generic, ParamSpec, TypeVar

from etl_core.errors import ConfigError
from etl_core.names import is_identifier, split_table

P = ParamSpec("P")
R = TypeVar("R")


class TableJob(Generic[P, R]):
    """The function, callable as before, with the name of the table that it makes."""

    def __init__(self, table: str, function: Callable[P, R]) -> None:
        self.table = table
        self.__wrapped__ = function
        functools.update_wrapper(self, function)

    def __call__(self, *args: P.args, **kwargs: P.kwargs) -> R:
        return self.__wrapped__(*args, **kwargs)

    def __repr__(self) -> str:
        return f"<job {self.table}>"

    @property
    def inputs(self) -> tuple[str, ...]:
        """Names of the inputs: the function's parameters, without `run`."""
        return tuple(name for name in inspect.signature(self.__wrapped__).parameters if name != "run")

    def main(self, argv: Sequence[str] | None = None) -> None:
        """Run exactly this table, as `strata run --select <table>` does; `argv`: see
        `runtime.arguments`. Leaves the process with the run's exit code unless that is 0: Glue takes
        any exit of the interpreter for a failure.
        """
        from etl_core.runtime.logging import configure

        configure()
        code = _run(self.table, Path(inspect.getfile(self.__wrapped__)), argv)
        if code:
            sys.exit(code)


def table(name: str) -> Callable[[Callable[P, R]], TableJob[P, R]]:
    """Mark the function that makes table `layer.name` from its inputs.

    Raises ConfigError for a name that is none; a missing contract is `strata validate`'s to find.
    """
    if not all(is_identifier(part) for part in split_table(name)):
        raise ConfigError(f"@table({name!r}): not a table name", hint="use '<layer>.<table>'")
    return lambda function: TableJob(name, function)


def _run(table_name: str, script: Path, argv: Sequence[str] | None) -> int:
    """Imports here, because a job that is only tested needs neither configuration nor Spark."""
    from etl_core.cli.failure import guarded
    from etl_core.cli.script import run_request
    from etl_core.runtime.arguments import job_arguments

    return guarded(lambda: run_request(job_arguments(table_name, script, argv)))
