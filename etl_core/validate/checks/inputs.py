"""Every input is a table of this project, and so is everything that rules compare with."""

from __future__ import annotations

from collections.abc import Iterator

from etl_core.config.problems import Problem
from etl_core.config.project import Project, Table
from etl_core.config.wording import did_you_mean
from etl_core.validate.where import problem


def check(project: Project) -> Iterator[Problem]:
    known = frozenset(project.tables) | project.incomplete
    for table in project.tables.values():
        for name, source in table.config.inputs.items():
            if source.table not in known:
                yield _missing(table, f"inputs.{name}", f"input `{name}`", source.table, known)
        for name, compared in table.config.quality.references.items():
            if compared not in known:
                yield _missing(table, f"quality.references.{name}", f"reference `{name}`", compared, known)


def _missing(table: Table, path: str, what: str, name: str, known: frozenset[str]) -> Problem:
    hint = did_you_mean(name, tuple(sorted(known)))
    write = f"write conf/tables/{name.replace('.', '/')}.yaml"
    return problem(table, path, f"{what}: there is no table `{name}`", hint or write)
