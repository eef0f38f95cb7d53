"""A table that a person named on the command line."""

from __future__ import annotations

from etl_core.config.project import Project, Table
from etl_core.errors import SourceError
from etl_core.registry import closest_hint


def known_table(project: Project, name: str) -> Table:
    """The table's contract. Raises SourceError (exit 4) with the closest name if there is none."""
    if name not in project.tables:
        hint = closest_hint(name, tuple(project.tables))
        raise SourceError(f"project {project.config.name!r} has no table {name!r}", hint=hint)
    return project.tables[name]
