"""Source types are registered somewhere; read from the code's text, as the code itself needs Spark."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path

from etl_core.config.problems import Problem
from etl_core.config.project import Project
from etl_core.config.wording import did_you_mean
from etl_core.validate.packages import python_files
from etl_core.validate.where import problem

BUILT_IN = "etl_core.sources"
_REGISTERED = re.compile(r"""\bSOURCES\s*\.\s*(?:add|register)\(\s*["']([^"']+)["']""")


def check(project: Project) -> Iterator[Problem]:
    packages = (BUILT_IN, *project.config.extensions)
    known = {name for package in packages for name in registered(package, project.root)}
    for table in project.tables.values():
        if table.source is not None and table.source.type not in known:
            names = tuple(sorted(known))
            hint = did_you_mean(table.source.type, names) or f"source types: {', '.join(names)}"
            path = "source.type" if "source.type" in table.positions else "source.connection"
            yield problem(table, path, f"unknown source type `{table.source.type}`", hint)


def registered(package: str, root: Path) -> Iterator[str]:
    """Names that the modules of `package` add to the registry of sources."""
    for file in python_files(package, root):
        yield from _REGISTERED.findall(file.read_text("utf-8"))
