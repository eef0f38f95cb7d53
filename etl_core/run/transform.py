"""Stage `transform`: the table's job, a pure function of DataFrames, if it has one."""

from __future__ import annotations

import importlib.util
import sys
from collections.abc import Callable
from pathlib import Path
from types import ModuleType

from pyspark.sql import DataFrame

from etl_core.config.project import JobScript, Table
from etl_core.errors import EtlError, TransformError
from etl_core.run.common.context import Run

Job = Callable[..., object]


def transform(table: Table, frames: dict[str, DataFrame], run: Run) -> DataFrame:
    """The job's result; without a job, the only input as it is.

    Raises TransformError naming the script when the job fails or returns no DataFrame.
    """
    if table.job is None:
        return next(iter(frames.values()))
    function = load_job(table.job)
    arguments: dict[str, object] = dict(zip(table.job.parameters, frames.values(), strict=True))
    if table.config.inputs:
        arguments = {name: frames[name] for name in table.job.parameters}
    if table.job.takes_run:
        arguments["run"] = run
    try:
        result = function(**arguments)
    except EtlError:
        raise
    except Exception as error:
        raise TransformError(f"{_place(table.job, error)}: {type(error).__name__}: {error}") from error
    if not isinstance(result, DataFrame):
        raise TransformError(
            f"{table.job.path.name}: {table.job.function} returned {type(result).__name__}, not a DataFrame"
        )
    return result


def load_job(job: JobScript) -> Job:
    """Import the script under a name of its own, so that two tables may share a file name."""
    name = f"strata_job_{job.table.replace('.', '__')}"
    module = sys.modules.get(name)
    if module is None or Path(str(module.__file__)) != job.path:
        module = _import(name, job.path)
    function: Job = getattr(module, job.function)
    return function


def _import(name: str, path: Path) -> ModuleType:
    spec = importlib.util.spec_from_file_location(name, path)
    if spec is None or spec.loader is None:
        raise TransformError(f"{path} cannot be imported")
    module = importlib.util.module_from_spec(spec)
    sys.modules[name] = module
    try:
        spec.loader.exec_module(module)
    except Exception as error:
        del sys.modules[name]
        raise TransformError(f"{path.name} cannot be imported: {type(error).__name__}: {error}") from error
    return module


def _place(job: JobScript, error: BaseException) -> str:
    """`person.py:14`, the innermost line of the job's own file in the traceback."""
    line, trace = job.line, error.__traceback__
    while trace is not None:
        if trace.tb_frame.f_code.co_filename == str(job.path):
            line = trace.tb_lineno
        trace = trace.tb_next
    return f"{job.path.parent.name}/{job.path.name}:{line}"
