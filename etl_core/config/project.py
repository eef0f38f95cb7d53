"""The whole project as one frozen value: what `load` returns and everything later starts from."""

from __future__ import annotations

from dataclasses import dataclass, field
from pathlib import Path
from typing import NamedTuple

from etl_core.config.models.environment import EnvironmentConfig
from etl_core.config.models.project import ProjectConfig, Scalar
from etl_core.config.models.schedules import SchedulesConfig
from etl_core.config.models.source import ResolvedSource
from etl_core.config.models.table import TableConfig


class Position(NamedTuple):
    """Where a value stands in a file; counts from 1. A tuple, as a large project has 100,000 of them."""

    file: str
    line: int
    column: int


@dataclass(frozen=True)
class JobScript:
    """What `ast` reads from `jobs/<layer>/<table>.py`; nothing is imported."""

    path: Path
    table: str
    function: str
    parameters: tuple[str, ...]  # input names, without `run`
    takes_run: bool
    line: int


@dataclass(frozen=True)
class Table:
    """A contract with everything resolved: source, format, readers, parameters, script."""

    config: TableConfig
    source: ResolvedSource | None
    format: str
    parameters: dict[str, Scalar]
    job: JobScript | None = None
    readers: tuple[str, ...] = ()
    file: str = ""
    # "target.keys", "columns.3.type", "quality.rules" -> where it stands; "" is the file's start
    positions: dict[str, Position] = field(default_factory=dict, repr=False, compare=False)

    @property
    def name(self) -> str:
        return self.config.table

    @property
    def layer(self) -> str:
        return self.config.table.partition(".")[0]


@dataclass(frozen=True)
class Project:
    """`incomplete` names the tables whose contracts are wrong: empty but for what `validate` looks at."""

    root: Path
    environment_name: str
    config: ProjectConfig
    environment: EnvironmentConfig
    tables: dict[str, Table]
    schedules: SchedulesConfig = field(default_factory=SchedulesConfig)
    incomplete: frozenset[str] = frozenset()
    # file -> positions, of conf/strata.yaml, conf/schedules.yaml and the environment; a table has its own
    positions: dict[str, dict[str, Position]] = field(default_factory=dict, repr=False, compare=False)

    def position(self, file: str, path: str) -> Position:
        """Where `path` stands in one of the files in `positions`; the file's start if it does not."""
        return self.positions.get(file, {}).get(path) or Position(file, 1, 1)
