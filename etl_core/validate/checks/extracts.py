"""Mode snapshot gets full extracts, and can tell one from the next."""

from __future__ import annotations

import re
from collections.abc import Iterator

from etl_core.config.problems import Problem
from etl_core.config.project import Project, Table
from etl_core.validate.where import problem


def check(project: Project) -> Iterator[Problem]:
    for table in project.tables.values():
        yield from _expression(table)
        if table.config.target.mode == "snapshot":
            yield from _changes(table)


def _expression(table: Table) -> Iterator[Problem]:
    if table.source is None or not table.source.extract:
        return
    try:
        re.compile(table.source.extract)
    except re.error as error:
        path = "source.extract" if "source.extract" in table.positions else "source.connection"
        message = f"`extract` is no regular expression: {error}"
        yield problem(table, path, message, r"for example 'day-(\d{8})'")


def _changes(table: Table) -> Iterator[Problem]:
    """What brings changes only would read as if everything else had been deleted."""
    if table.source is not None and table.source.type == "dms":
        path = "source.type" if "source.type" in table.positions else "source.connection"
        message = "mode `snapshot` takes full extracts, and a dms source brings changes"
        yield problem(table, path, message, "write mode: cdc; for LOAD files alone type: files")
    for name, source in table.config.inputs.items():
        if source.read == "new":
            message = "mode `snapshot` takes the whole of its inputs, and `read: new` brings a part"
            yield problem(table, f"inputs.{name}.read", message, "write read: all")
