"""Problems at the place of a contract's or a schedule's setting."""

from __future__ import annotations

from etl_core.config.document import TEXT
from etl_core.config.files import SCHEDULES_FILE
from etl_core.config.problems import Problem
from etl_core.config.project import Position, Project, Table


def problem(table: Table, path: str, message: str, hint: str = "") -> Problem:
    """`path` as in `Table.positions`; where the file has no such setting, the nearest one above it."""
    where = position(table, path)
    return Problem(where.file, where.line, where.column, message, hint)


def schedule_problem(project: Project, path: str, message: str, hint: str) -> Problem:
    """`path` below `schedules:`, as `nightly.cron`; where there is no such key, the schedule's own."""
    known = project.positions.get(SCHEDULES_FILE, {})
    full = f"schedules.{path}"
    where = project.position(SCHEDULES_FILE, full if full in known else full.rpartition(".")[0])
    return Problem(where.file, where.line, where.column, message, hint)


def position(table: Table, path: str) -> Position:
    while path and path not in table.positions:
        path = path.rpartition(".")[0]
    # The root stands where the first key does.
    return table.positions.get(path) or Position(table.file, 1, 1)


def in_text(table: Table, path: str, line: int, column: int) -> Position:
    """Line and column (from 1) within the text at `path` as those of the file.

    Exact for block scalars (`|`) and quoted texts on one line; otherwise the text's beginning.
    """
    start = table.positions.get(path + TEXT)
    if start is None:
        return position(table, path)
    return Position(start.file, start.line + line - 1, start.column + column - 1)
