"""Contracts do not contradict what the tables' readers understand."""

from __future__ import annotations

import re
from collections.abc import Iterator

from etl_core.config.files import environment_file
from etl_core.config.problems import Problem
from etl_core.config.project import Project, Table
from etl_core.sinks.capabilities import load
from etl_core.sinks.readers import Readable, Readers, contradictions
from etl_core.validate.where import problem


def check(project: Project) -> Iterator[Problem]:
    formats = load()
    whose = environment_file(project.environment_name)
    for table in project.tables.values():
        if table.readers and table.format in formats:
            yield from _table(table, formats.get(table.format).readers, whose)


def _table(table: Table, known: Readers, whose: str) -> Iterator[Problem]:
    said = "" if table.config.target.readers is not None else f" (`readers` of {whose})"
    for reader in table.readers:
        readable = known.get(reader, Readable())
        if readable.never is not None:
            why, hint = readable.never
            path = "target.readers" if not said else "target.format"
            message = f"{reader} cannot read a table of format {table.format}: {why}{said}"
            yield problem(table, path, message, hint)
        yield from _columns(table, reader, readable.column_names, said)
    for name, message, hint in contradictions(table.readers, table.config.target.properties, known):
        yield problem(table, f"target.properties.{name}", f"{message}{said}", hint)


def _columns(table: Table, reader: str, pattern: str, said: str) -> Iterator[Problem]:
    for number, column in enumerate(table.config.columns if pattern else ()):
        if re.fullmatch(pattern, column.name) is None:
            message = f"{reader} cannot read a column named `{column.name}` of format {table.format}{said}"
            yield problem(table, f"columns.{number}.name", message, "rename it, or use format: iceberg")
