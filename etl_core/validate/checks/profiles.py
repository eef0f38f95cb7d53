"""What a project uses is there on its runtime profile."""

from __future__ import annotations

from collections.abc import Iterator

from etl_core.config.files import environment_file
from etl_core.config.problems import Problem
from etl_core.config.profiles import DEFAULT, RUNTIMES
from etl_core.config.project import Project, Table
from etl_core.config.uris import is_s3
from etl_core.validate.where import problem

_RULE_ENGINES = {"deequ": "Deequ", "glue": "Glue Data Quality"}
_HINT = f"profile: {DEFAULT} has it"


def check(project: Project) -> Iterator[Problem]:
    profile = project.environment.profile
    missing = RUNTIMES[profile].missing
    if not missing:
        return
    yield from _environment(project)
    for table in project.tables.values():
        if table.format in missing:
            message = f"profile `{profile}` has no {table.format}: {missing[table.format]}"
            yield problem(table, "target.format", message, _other_format(table))
        if "s3" in missing and table.source and is_s3(table.source.path):
            message = f"profile `{profile}` reads no files on S3: {missing['s3']}"
            yield problem(table, "source.path", message, _HINT)


def _environment(project: Project) -> Iterator[Problem]:
    environment, file = project.environment, environment_file(project.environment_name)
    missing = RUNTIMES[environment.profile].missing
    found = []
    if "s3" in missing and is_s3(environment.warehouse):
        found.append(("warehouse", f"has no warehouse on S3: {missing['s3']}"))
    for engine, name in _RULE_ENGINES.items():  # `auto` is inline where they are not
        if engine in missing and environment.rule_engine == engine:
            found.append(("rule_engine", f"has no {name}: {missing[engine]}"))
    for path, message in found:
        where = project.position(file, path)
        text = f"profile `{environment.profile}` {message}"
        yield Problem(where.file, where.line, where.column, text, _HINT)


def _other_format(table: Table) -> str:
    left = "iceberg or delta" if table.config.target.keys else "iceberg, delta or parquet"
    return f"use {left}, or a profile that has it: {DEFAULT}"
