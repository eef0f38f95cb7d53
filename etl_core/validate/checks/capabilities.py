"""What a contract asks of its format is something the format can do."""

from __future__ import annotations

import re
from collections.abc import Iterator

from etl_core.config.problems import Problem
from etl_core.config.project import Project, Table
from etl_core.errors import ConfigError
from etl_core.registry import Registry
from etl_core.sinks.capabilities import Capabilities, load
from etl_core.validate.partitioning import parse_field
from etl_core.validate.spark_types import TypeProblem, parse_type
from etl_core.validate.where import problem


def check(project: Project) -> Iterator[Problem]:
    formats = load()
    for table in project.tables.values():
        if table.format not in formats:
            yield _not_available(table, formats)
        else:
            yield from _refused(table, formats.get(table.format))


def _not_available(table: Table, formats: Registry[Capabilities]) -> Problem:
    message = f"format `{table.format}` is not available yet in this version"
    return problem(table, "target.format", message, f"available: {', '.join(formats.names())}")


def _refused(table: Table, can: Capabilities) -> Iterator[Problem]:
    target, name = table.config.target, table.format
    if target.mode not in can.modes:
        reason = dict(can.refusals).get(target.mode, "not available yet in this version")
        hint = f"{name} does: {', '.join(sorted(can.modes))}"
        yield problem(table, "target.mode", f"{name} cannot do mode `{target.mode}`: {reason}", hint)
    if target.history not in can.histories:
        hint = f"{name} keeps: {', '.join(sorted(can.histories))}"
        yield problem(table, "target.history", f"{name} cannot keep history `{target.history}` yet", hint)
    if target.mode in ("cdc", "snapshot") and target.deletes not in can.deletes:
        hint = f"{name} does: {', '.join(sorted(can.deletes))}"
        yield problem(table, "target.deletes", f"{name} cannot do `{target.deletes}` deletes yet", hint)
    yield from _partitions(table, can)
    yield from _columns(table, can)
    for path, message, hint in can.properties(target.properties):
        yield problem(table, f"target.properties.{path}", message, hint)


def _columns(table: Table, can: Capabilities) -> Iterator[Problem]:
    """Columns that come from the data are looked at when the table is created."""
    refused = dict(can.refused_types)
    for number, column in enumerate(table.config.columns):
        if can.column_names and re.fullmatch(can.column_names, column.name) is None:
            message = f"{table.format} cannot hold a column named `{column.name}`"
            hint = f"names of its columns match {can.column_names}; rename it, or use format: iceberg"
            yield problem(table, f"columns.{number}.name", message, hint)
        if (name := _type_name(column.type)) in refused:
            message = f"{table.format} cannot hold `{column.name}`: it has no {name}"
            yield problem(table, f"columns.{number}.type", message, refused[name])


def _type_name(text: str) -> str:
    """ "" for a type that does not parse: the check of columns says so."""
    try:
        return parse_type(text).name
    except TypeProblem:
        return ""


def _partitions(table: Table, can: Capabilities) -> Iterator[Problem]:
    for number, text in enumerate(table.config.target.partition_by):
        try:
            transform = parse_field(text).transform
        except ConfigError:
            continue  # the check of partitions says so
        if transform not in can.partition_transforms:
            hint = f"{table.format} does: {', '.join(sorted(can.partition_transforms))}"
            message = f"{table.format} cannot partition by {transform}"
            yield problem(table, f"target.partition_by.{number}", message, hint)
