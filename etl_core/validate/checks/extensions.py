"""Packages under `extensions` can be found."""

from __future__ import annotations

from collections.abc import Iterator

from etl_core.config.files import PROJECT_FILE
from etl_core.config.problems import Problem
from etl_core.config.project import Project
from etl_core.validate.packages import python_files


def check(project: Project) -> Iterator[Problem]:
    for number, name in enumerate(project.config.extensions):
        if not python_files(name, project.root):
            where = project.position(PROJECT_FILE, f"extensions.{number}")
            message = f"the extension `{name}` cannot be found"
            hint = "put the package beside conf/, install it, or remove it here"
            yield Problem(where.file, where.line, where.column, message, hint)
