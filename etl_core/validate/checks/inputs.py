"""Every input is a table of this project."""

from __future__ import annotations

from collections.abc import Iterator

from etl_core.config.problems import Problem
from etl_core.config.project import Project
from etl_core.config.wording import did_you_mean
from etl_core.validate.where import problem


def check(project: Project) -> Iterator[Problem]:
    known = frozenset(project.tables) | project.incomplete
    for table in project.tables.values():
        for name, source in table.config.inputs.items():
            if source.table not in known:
                hint = did_you_mean(source.table, tuple(sorted(known)))
                missing = f"write conf/tables/{source.table.replace('.', '/')}.yaml"
                message = f"input `{name}`: there is no table `{source.table}`"
                yield problem(table, f"inputs.{name}", message, hint or missing)
