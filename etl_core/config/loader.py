"""The project's files -> one frozen `Project`, or every mistake in them at once."""

from __future__ import annotations

from pathlib import Path
from typing import TypeVar

from etl_core.config.assemble import Parts, assemble
from etl_core.config.document import Document
from etl_core.config.environments import default_environment, read_environment
from etl_core.config.files import PROJECT_FILE, SCHEDULES_FILE, SOURCES, TABLES, Reader
from etl_core.config.models.base import Model
from etl_core.config.models.project import ProjectConfig
from etl_core.config.models.schedules import SchedulesConfig
from etl_core.config.models.source import SourceConfig
from etl_core.config.models.table import TableConfig
from etl_core.config.problems import Problem
from etl_core.config.project import Project
from etl_core.errors import ConfigError

M = TypeVar("M", bound=Model)


def load(root: Path, environment: str | None = None) -> Project:
    """The project under `root` in `environment` (None: `defaults.environment` of conf/strata.yaml).

    Raises ConfigError with all problems, sorted by file and line.
    """
    project, problems = load_with_problems(root, environment)
    if problems or project is None:
        raise config_error(problems, root)
    return project


def config_error(problems: tuple[Problem, ...], root: Path) -> ConfigError:
    """One error that carries every problem of the project under `root`."""
    count = "1 problem" if len(problems) == 1 else f"{len(problems)} problems"
    return ConfigError(f"{count} in the project's configuration", problems=problems, root=root)


def load_with_problems(
    root: Path, environment: str | None = None
) -> tuple[Project | None, tuple[Problem, ...]]:
    """The project as far as it can be read, and all that is wrong with it.

    With problems, the project is for `validate` only: what is broken is left out or stands at its
    default, and `project.incomplete` names the tables whose contracts could not be read. None when
    there is no project at all.
    """
    reader = Reader(root.absolute())
    if not (reader.root / PROJECT_FILE).is_file():
        hint = "run `strata init DIR` to begin one, or name its folder with --project DIR"
        return None, (Problem(PROJECT_FILE, 0, 0, f"{reader.root} is no Strata project: no such file", hint),)
    name = environment or default_environment(reader)
    env, document = read_environment(reader, name, asked=environment is not None)
    parts = Parts(name, env, document, *_project(reader), _schedules(reader))
    for file in _yaml(reader, SOURCES, "*.yaml"):
        parts.sources.append(_read(reader, file, SourceConfig))
    for file in _yaml(reader, TABLES, "*/*.yaml"):
        parts.tables.append(_read(reader, file, TableConfig))
    reader.stray_files()
    project = assemble(reader, parts)
    unique = {(p.file, p.line, p.column, p.message): p for p in reversed(reader.problems)}
    return project, tuple(sorted(unique.values()))


def _yaml(reader: Reader, folder: str, pattern: str) -> list[str]:
    found = sorted((reader.root / folder).glob(pattern))
    return [path.relative_to(reader.root).as_posix() for path in found]


def _read(reader: Reader, file: str, model: type[M]) -> tuple[Document, M | None]:
    """The document and its model; a file that is no YAML at all still counts, under its path's name."""
    document = reader.document(file)
    if document is None:
        return Document(file), None
    return document, reader.model(document, model)


def _project(reader: Reader) -> tuple[Document, ProjectConfig]:
    document, model = _read(reader, PROJECT_FILE, ProjectConfig)
    if model is None:
        folders = sorted(path.name for path in (reader.root / TABLES).glob("*") if path.is_dir())
        model = ProjectConfig.model_construct(name=reader.root.name, layers=tuple(folders))
    return document, model


def _schedules(reader: Reader) -> tuple[Document, SchedulesConfig]:
    if not (reader.root / SCHEDULES_FILE).exists():
        return Document(SCHEDULES_FILE), SchedulesConfig()
    document, model = _read(reader, SCHEDULES_FILE, SchedulesConfig)
    return document, model or SchedulesConfig()
