"""Job scripts against contracts: the same tables, and parameters that are the inputs."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from pathlib import Path

from etl_core.config.jobs import FOLDER, RUN, Jobs
from etl_core.config.problems import Problem
from etl_core.config.project import JobScript, Position, Table
from etl_core.config.wording import did_you_mean


def check_jobs(
    root: Path, jobs: Jobs, tables: Mapping[str, Table], incomplete: Iterable[str]
) -> Iterator[Problem]:
    """`incomplete` are tables whose contract could not be read: their scripts cannot be judged."""
    known = set(tables) | set(incomplete)
    for name, script in jobs.scripts.items():
        if name not in known:
            yield _orphan(root, script, tuple(sorted(known)))
        elif name in tables and name not in jobs.broken:
            yield from _parameters(root, script, tables[name])
    for name, table in tables.items():
        yield from _inputs(table, has_job=name in jobs.scripts or name in jobs.broken)


def _orphan(root: Path, script: JobScript, known: tuple[str, ...]) -> Problem:
    expected = f"conf/tables/{script.table.replace('.', '/')}.yaml"
    hint = did_you_mean(script.table, known) or f"write {expected}"
    return _at(root, script, f"the table `{script.table}` has no contract", hint)


def _parameters(root: Path, script: JobScript, table: Table) -> Iterator[Problem]:
    if table.config.source is not None:
        if len(script.parameters) != 1:
            message = f"`{script.function}` must take one DataFrame, the source's rows"
            yield _at(
                root, script, f"{message}; it takes {len(script.parameters)}", f"beside an optional `{RUN}`"
            )
        return
    inputs = tuple(table.config.inputs)
    for name in script.parameters:
        if name not in inputs:
            hint = did_you_mean(name, inputs) or f"inputs: {', '.join(inputs)}"
            yield _at(root, script, f"parameter `{name}` is no input of `{table.name}`", hint)
    for name in inputs:
        if name not in script.parameters and name != RUN:
            hint = f"inputs stand in {table.file}"
            yield _at(root, script, f"`{script.function}` has no parameter for the input `{name}`", hint)


def _inputs(table: Table, *, has_job: bool) -> Iterator[Problem]:
    where = table.positions.get("inputs", Position(table.file, 1, 1))
    if RUN in table.config.inputs:
        where = table.positions.get(f"inputs.{RUN}", where)
        message = f"no input can be called `{RUN}`: that parameter is the run itself"
        yield Problem(where.file, where.line, where.column, message, "choose another name")
    if len(table.config.inputs) > 1 and not has_job:
        script = f"{FOLDER}/{table.name.replace('.', '/')}.py"
        message = (
            f"`{table.name}` has {len(table.config.inputs)} inputs and no job that makes one table of them"
        )
        yield Problem(where.file, where.line, where.column, message, f"write {script}")


def _at(root: Path, script: JobScript, message: str, hint: str) -> Problem:
    return Problem(script.path.relative_to(root).as_posix(), script.line, 1, message, hint)
