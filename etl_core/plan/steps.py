"""The plan: what `strata plan` prints and `strata run` executes, the same object."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

from etl_core.config.project import Project, Table
from etl_core.plan.asked import ORDINARY, Asked
from etl_core.plan.observed import ObservedTable, SourceFile
from etl_core.state.models import FileBookmark, TableBookmark

SOURCE_INPUT = "source"  # the name under which a table's own source stands in its state


@dataclass(frozen=True)
class FileRead:
    """Read exactly these files, in this order; `bookmark` is the progress once they are published."""

    input: str
    files: tuple[SourceFile, ...]
    bookmark: FileBookmark


@dataclass(frozen=True)
class TableRead:
    """Read an upstream table: whole, what was appended after `since`, or what the keys of rows that
    changed after `since` are made of."""

    input: str
    table: str
    mode: Literal["all", "new", "changed_keys"]
    since: TableBookmark | None


Action = Literal["create", "write", "rebuild", "wait", "nothing"]


@dataclass(frozen=True)
class Step:
    """One table's part. `wait`: whether there is work shows when its upstreams have run.

    `error`: why the table cannot be run now (its landing path is missing); a run fails this table
    and skips what depends on it, and goes on with the others.
    """

    table: Table
    action: Action
    reads: tuple[FileRead | TableRead, ...]
    depends_on: tuple[str, ...]  # only tables that are part of this plan
    observed: ObservedTable
    system_columns: tuple[str, ...] = ()
    notes: tuple[str, ...] = ()
    error: str = ""
    hint: str = ""  # what to do about `error`
    asked: Asked = ORDINARY

    @property
    def name(self) -> str:
        return self.table.name


@dataclass(frozen=True)
class Plan:
    """Steps in an order in which each stands after all it depends on."""

    project: Project
    steps: tuple[Step, ...]
    offline: bool = False
    asked: Asked = ORDINARY

    def step(self, table: str) -> Step:
        return next(step for step in self.steps if step.name == table)
