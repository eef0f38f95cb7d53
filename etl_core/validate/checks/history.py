"""History knows when an event took place, and its own columns clash with none of the contract's."""

from __future__ import annotations

from collections.abc import Iterator

from etl_core.config.models.target import KEYED_MODES
from etl_core.config.problems import Problem
from etl_core.config.project import Project, Table
from etl_core.names import HISTORY_COLUMNS
from etl_core.validate.spark_types import TypeProblem, parse_type
from etl_core.validate.where import problem

_TIMES = ("date", "timestamp", "timestamp_ntz")


def check(project: Project) -> Iterator[Problem]:
    for table in project.tables.values():
        if table.config.target.history == "scd2":
            yield from _mode(table)
            yield from _event_time(table)
            yield from _columns(table)
            yield from _retention(table)


def _mode(table: Table) -> Iterator[Problem]:
    mode = table.config.target.mode
    if mode not in KEYED_MODES:
        message = f"history `scd2` is kept of rows that are known by their key, not with mode `{mode}`"
        yield problem(table, "target.history", message, f"use mode {', '.join(KEYED_MODES)}, or remove it")


def _event_time(table: Table) -> Iterator[Problem]:
    target = table.config.target
    if target.mode not in KEYED_MODES or (target.mode == "snapshot" and target.effective_at is None):
        return
    path = "target.effective_at" if target.effective_at else "target.history"
    hint = "effective_at: <a date or timestamp column that says when an event took place>"
    if target.event_time is None:
        yield problem(table, path, "history `scd2` needs the time of an event", hint)
        return
    types = {column.name: column.type for column in table.config.columns}
    name = _type_name(types.get(target.event_time, ""))
    if name and name not in _TIMES:
        origin = "" if target.effective_at else ", the first of `sequence_by`,"
        message = f"the time of an event, `{target.event_time}`{origin} is of type {name}"
        yield problem(table, path, message, hint)


def _columns(table: Table) -> Iterator[Problem]:
    for number, column in enumerate(table.config.columns):
        if column.name.lower() in HISTORY_COLUMNS:
            message = f"column `{column.name}` clashes with one that history `scd2` adds to the table"
            hint = "declare it under another name with `source:`"
            yield problem(table, f"columns.{number}.name", message, hint)


def _retention(table: Table) -> Iterator[Problem]:
    target = table.config.target
    if "tombstone_retention" in target.model_fields_set and target.mode == "cdc":
        message = (
            "`tombstone_retention` means nothing with history `scd2`: what was deleted is remembered for ever"
        )
        yield problem(table, "target.tombstone_retention", message, "remove it")


def _type_name(text: str) -> str:
    """ "" for a type that does not parse: the check of columns says so."""
    try:
        return parse_type(text).name if text else ""
    except TypeProblem:
        return ""
