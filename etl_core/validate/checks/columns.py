"""Declared columns: each once, of a type Spark has; and every column the target names is declared."""

from __future__ import annotations

from collections.abc import Iterator

from etl_core.config.problems import Problem
from etl_core.config.project import Project, Table
from etl_core.config.wording import did_you_mean
from etl_core.names import SYSTEM_PREFIX
from etl_core.validate.spark_types import TypeProblem, parse_type
from etl_core.validate.where import position, problem

_NAMING = ("keys", "sequence_by", "track", "track_except")
_WITH_FORMAT = ("date", "timestamp", "timestamp_ntz")


def check(project: Project) -> Iterator[Problem]:
    for table in project.tables.values():
        yield from _names(table)
        yield from _types(table)
        yield from _named_by_target(table)


def _names(table: Table) -> Iterator[Problem]:
    seen: dict[str, int] = {}
    for number, column in enumerate(table.config.columns):
        path, key = f"columns.{number}.name", column.name.lower()
        if key in seen:
            first = position(table, f"columns.{seen[key]}.name").line
            message = (
                f"column `{column.name}` stands twice (case does not count); the first is in line {first}"
            )
            yield problem(table, path, message, "remove or rename one")
        seen.setdefault(key, number)
        if key.startswith(SYSTEM_PREFIX):
            message = f"column `{column.name}`: names that begin with {SYSTEM_PREFIX} are Strata's own"
            yield problem(table, path, message, "choose another name")


def _types(table: Table) -> Iterator[Problem]:
    for number, column in enumerate(table.config.columns):
        try:
            name = parse_type(column.type).name
        except TypeProblem as error:
            message = f"column `{column.name}`: {error.message}"
            yield problem(table, f"columns.{number}.type", message, error.hint)
            continue
        if column.format is not None and name not in _WITH_FORMAT:
            message = f"column `{column.name}`: `format` is for dates and timestamps, not for {name}"
            yield problem(table, f"columns.{number}.format", message, "remove it or change the type")


def _named_by_target(table: Table) -> Iterator[Problem]:
    """Only where columns are declared at all; without them they come from the data."""
    target, declared = table.config.target, tuple(column.name for column in table.config.columns)
    if not declared:
        return
    named = [(f"target.{s}.{n}", c) for s in _NAMING for n, c in enumerate(getattr(target, s))]
    if target.effective_at is not None:
        named.append(("target.effective_at", target.effective_at))
    for path, name in named:
        if name not in declared:
            hint = did_you_mean(name, declared) or f"columns: {', '.join(declared)}"
            yield problem(table, path, f"`{path.split('.')[1]}` names no declared column: `{name}`", hint)
