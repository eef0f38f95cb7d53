"""How upstream tables are read: nothing may be missed, nothing written twice."""

from __future__ import annotations

from collections.abc import Iterator

from etl_core.config.models.table import Input
from etl_core.config.problems import Problem
from etl_core.config.project import Project, Table
from etl_core.registry import Registry
from etl_core.sinks.capabilities import Capabilities, load
from etl_core.validate.where import problem


def check(project: Project) -> Iterator[Problem]:
    formats = load()
    for table in project.tables.values():
        for name, source in table.config.inputs.items():
            yield from _read(table, name, source, project.tables.get(source.table), formats)
        yield from _appended_again(table)


def _read(
    table: Table, name: str, source: Input, upstream: Table | None, formats: Registry[Capabilities]
) -> Iterator[Problem]:
    path = f"inputs.{name}.read"
    if source.read != "new" or upstream is None:
        return
    mode = upstream.config.target.mode
    if mode != "append":
        message = (
            f"`read: new` sees appended rows only, and `{upstream.name}` has mode `{mode}`: "
            "changed and removed rows would be missed"
        )
        yield problem(table, path, message, "write read: all")
    elif upstream.format in formats and not formats.get(upstream.format).incremental_read:
        message = f"`read: new` needs a format that keeps its commits; `{upstream.name}` is {upstream.format}"
        yield problem(table, path, message, "write read: all, or store the upstream as iceberg")


def _appended_again(table: Table) -> Iterator[Problem]:
    inputs = table.config.inputs
    if table.config.target.mode == "append" and inputs and all(i.read == "all" for i in inputs.values()):
        message = "mode `append` with whole tables as inputs would add every row again in each run"
        hint = "write `read: new` for the input whose new rows are added, or mode: overwrite"
        yield problem(table, "inputs", message, hint)
