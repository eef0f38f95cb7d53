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
        `runtime.arguments`. How it ends: `cli.script.run_script`.
        """
        _run(self.table, Path(inspect.getfile(self.__wrapped__)), argv)


def table(name: str) -> Callable[[Callable[P, R]], TableJob[P, R]]:
    """Mark the function that makes table `layer.name` from its inputs.

    Raises ConfigError for a name that is none; a missing contract is `strata validate`'s to find.
    """
    if not all(is_identifier(part) for part in split_table(name)):
        raise ConfigError(f"@table({name!r}): not a table name", hint="use '<layer>.<table>'")
    return lambda function: TableJob(name, function)


def run_selection(argv: Sequence[str] | None = None) -> None:
    """Run the tables that `--select` names, else all of the project's: many tables in one job."""
    _run(None, Path(sys.argv[0]), argv)


def _run(select: str | None, script: Path, argv: Sequence[str] | None) -> None:
    """Imports here, because a job that is only tested needs neither configuration nor Spark."""
    from etl_core.cli.script import run_script

    run_script(select, script, argv)
