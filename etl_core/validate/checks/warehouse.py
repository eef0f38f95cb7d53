"""Warehouse and catalog go together, and Glue's catalog can hold the tables' names."""

from __future__ import annotations

from collections.abc import Iterator

from etl_core.config.files import environment_file
from etl_core.config.problems import Problem
from etl_core.config.project import Project
from etl_core.config.uris import is_s3
from etl_core.validate.where import problem


def check(project: Project) -> Iterator[Problem]:
    environment = project.environment
    on_s3 = is_s3(environment.warehouse)
    if environment.uses_glue and not on_s3:
        yield _wrong(
            project, "`catalog.type: glue` needs a warehouse on S3", "write warehouse: s3://bucket/folder"
        )
    if on_s3 and not environment.uses_glue:
        hint = "leave `catalog` out: a warehouse on S3 has the Glue Data Catalog"
        yield _wrong(project, "`catalog.type: jdbc` suits a warehouse in a folder only", hint)
    if environment.uses_glue:
        for table in project.tables.values():
            if table.name != table.name.lower():
                message = f"`{table.name}`: the Glue Data Catalog has no names with capitals"
                yield problem(table, "table", message, f"call it {table.name.lower()}")


def _wrong(project: Project, message: str, hint: str) -> Problem:
    where = project.position(environment_file(project.environment_name), "catalog.type")
    return Problem(where.file, where.line, where.column, message, hint)
