"""Partition fields are well formed, over declared columns of a type that can be cut so."""

from __future__ import annotations

from collections.abc import Iterator

from etl_core.config.problems import Problem
from etl_core.config.project import Project, Table
from etl_core.config.wording import did_you_mean
from etl_core.errors import ConfigError
from etl_core.names import SYSTEM_PREFIX
from etl_core.validate.partitioning import fits, parse_field
from etl_core.validate.spark_types import TypeProblem, parse_type
from etl_core.validate.where import problem

_FORMS = "write a column, years|months|days|hours(column), bucket(n, column) or truncate(n, column)"


def check(project: Project) -> Iterator[Problem]:
    for table in project.tables.values():
        target = table.config.target
        if target.mode == "overwrite_partitions" and not target.partition_by:
            message = "mode `overwrite_partitions` needs `partition_by`"
            yield problem(table, "target.mode", message, "name the partition fields, or use mode overwrite")
        for number, text in enumerate(table.config.target.partition_by):
            yield from _field(table, f"target.partition_by.{number}", text)


def _field(table: Table, path: str, text: str) -> Iterator[Problem]:
    try:
        field = parse_field(text)
    except ConfigError as error:
        yield problem(table, path, error.message, error.hint or _FORMS)
        return
    types = {column.name: column.type for column in table.config.columns}
    if not types or field.column.startswith(SYSTEM_PREFIX):
        return
    if field.column not in types:
        hint = did_you_mean(field.column, tuple(types)) or f"columns: {', '.join(types)}"
        yield problem(table, path, f"`partition_by` names no declared column: `{field.column}`", hint)
    elif (name := _type_name(types[field.column])) and not fits(field.transform, name):
        message = f"`{field.column}` is of type {name}, which cannot be partitioned by {field.transform}"
        yield problem(table, path, message, _FORMS)


def _type_name(text: str) -> str:
    """ "" for a type that does not parse: the check of columns says so."""
    try:
        return parse_type(text).name
    except TypeProblem:
        return ""
