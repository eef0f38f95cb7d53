"""The files' models -> one Project: names checked, sources and parameters merged, jobs attached."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import PurePosixPath

from etl_core.config.contracts import check_jobs
from etl_core.config.document import Document
from etl_core.config.files import SOURCES, TABLES, Reader
from etl_core.config.jobs import read_jobs
from etl_core.config.models.environment import EnvironmentConfig
from etl_core.config.models.project import ProjectConfig
from etl_core.config.models.schedules import SchedulesConfig
from etl_core.config.models.source import ResolvedSource, SourceConfig
from etl_core.config.models.table import TableConfig
from etl_core.config.problems import Problem
from etl_core.config.project import JobScript, Project, Table
from etl_core.config.sources import Connection, absolute, resolve
from etl_core.config.wording import did_you_mean


@dataclass
class Parts:
    """All files as models; None where a file is wrong."""

    environment_name: str
    environment: EnvironmentConfig
    environment_document: Document
    head: Document  # conf/strata.yaml
    project: ProjectConfig
    schedules: tuple[Document, SchedulesConfig]
    sources: list[tuple[Document, SourceConfig | None]] = field(default_factory=list)
    tables: list[tuple[Document, TableConfig | None]] = field(default_factory=list)


def assemble(reader: Reader, parts: Parts) -> Project:
    """Extends `reader.problems`; tables without a model are named in `incomplete`."""
    connections = _connections(reader, parts)
    incomplete = frozenset(_broken_names(parts))
    jobs = read_jobs(reader.root)
    reader.problems.extend(jobs.problems)
    tables: dict[str, Table] = {}
    seen: dict[str, str] = {}  # lower-case name -> file: catalogs compare names without case
    # Of two files with one name, the one that stands in its place is right.
    for document, config in sorted(parts.tables, key=_is_misplaced):
        if config is None:
            continue
        reader.problems.extend(_name_problems(document, config, parts.project, seen))
        seen.setdefault(config.table.lower(), document.file)
        if config.table not in tables:
            source = _source(reader, document, config, connections)
            tables[config.table] = _table(document, config, source, parts, jobs.scripts.get(config.table))
    reader.problems.extend(check_jobs(reader.root, jobs, tables, incomplete))
    warehouse = absolute(reader.root, parts.environment.warehouse)
    return Project(
        root=reader.root,
        environment_name=parts.environment_name,
        config=parts.project,
        environment=parts.environment.model_copy(update={"warehouse": warehouse}),
        tables=tables,
        schedules=parts.schedules[1],
        incomplete=incomplete,
        positions={
            document.file: document.values
            for document in (parts.head, parts.schedules[0], parts.environment_document)
        },
    )


def _name_of(file: str) -> str:
    """`conf/tables/raw/customer.yaml` -> `raw.customer`."""
    path = PurePosixPath(file)
    return f"{path.parent.name}.{path.stem}"


def _is_misplaced(read: tuple[Document, TableConfig | None]) -> bool:
    document, config = read
    return config is not None and config.table != _name_of(document.file)


def _broken_names(parts: Parts) -> Iterator[str]:
    """By path and, where it can be read, by what the file says: others may mean either."""
    for document, config in parts.tables:
        if config is None:
            yield _name_of(document.file)
            said = document.value.get("table") if isinstance(document.value, dict) else None
            if isinstance(said, str):
                yield said


def _connections(reader: Reader, parts: Parts) -> dict[str, Connection | None]:
    """By name; None for a file that is wrong, so that tables which name it are not blamed."""
    connections: dict[str, Connection | None] = {}
    for document, config in parts.sources:
        stem = PurePosixPath(document.file).stem
        if config is None:
            connections[stem] = None
            continue
        if config.source != stem:
            hint = f"write `source: {stem}` or move it to {SOURCES}/{config.source}.yaml"
            message = f"the file is called {stem}.yaml but names the source `{config.source}`"
            reader.problems.append(document.problem(document.at("source"), message, hint))
        connections.setdefault(config.source, Connection(config, document))
    return connections


def _name_problems(
    document: Document, config: TableConfig, project: ProjectConfig, seen: dict[str, str]
) -> Iterator[Problem]:
    """The name against the path, the project's layers and the tables read before."""
    where, name = document.at("table"), config.table
    here = _name_of(document.file)
    if name != here:
        hint = f"write `table: {here}` or move the file to {TABLES}/{name.replace('.', '/')}.yaml"
        yield document.problem(where, f"the file stands where `{here}` does but names `{name}`", hint)
    layer = name.partition(".")[0]
    if layer not in project.layers:
        hint = did_you_mean(layer, project.layers) or f"layers: {', '.join(project.layers)}"
        yield document.problem(where, f"unknown layer `{layer}`", hint)
    if name.lower() in seen:
        message = f"the table `{name}` stands twice; the first is {seen[name.lower()]}"
        yield document.problem(where, message, "rename one of the two")


def _source(
    reader: Reader, document: Document, config: TableConfig, connections: dict[str, Connection | None]
) -> ResolvedSource | None:
    ref = config.source
    if ref is None:
        return None
    if ref.connection is not None and ref.connection not in connections:
        names = tuple(sorted(connections))
        hint = did_you_mean(ref.connection, names) or f"write {SOURCES}/{ref.connection}.yaml"
        where = document.at("source.connection")
        reader.problems.append(document.problem(where, f"unknown connection `{ref.connection}`", hint))
        return None
    connection = connections[ref.connection] if ref.connection else None
    if ref.connection and connection is None:
        return None
    resolved = resolve(reader.root, ref, document, connection)
    if resolved is None and connection is not None:
        message = f"no path: neither here nor in {connection.document.file}"
        where = document.at("source.connection")
        reader.problems.append(document.problem(where, message, "add `path` to one of the two"))
    return resolved


def _table(
    document: Document,
    config: TableConfig,
    source: ResolvedSource | None,
    parts: Parts,
    job: JobScript | None,
) -> Table:
    defaults = parts.project.defaults
    if not config.owner and defaults.owner:
        config = config.model_copy(update={"owner": defaults.owner})
    readers = config.target.readers
    return Table(
        config=config,
        source=source,
        format=config.target.format or defaults.format,
        # The nearest wins: project, environment, table.
        parameters={**parts.project.parameters, **parts.environment.parameters, **config.parameters},
        job=job,
        readers=parts.environment.readers if readers is None else readers,
        file=document.file,
        positions=document.values,
    )
