"""What `strata profile` and `strata suggest` look at: a table, or the files of a source, as received."""

from __future__ import annotations

from dataclasses import dataclass

from pyspark.sql import DataFrame

from etl_core.config.models.source import ResolvedSource
from etl_core.config.models.table import TableConfig
from etl_core.config.models.target import Target
from etl_core.config.project import Project, Table
from etl_core.errors import SourceError
from etl_core.names import HISTORY_COLUMNS, IS_DELETED
from etl_core.report.progress import PlainProgress
from etl_core.run.common.engine import Engine
from etl_core.run.common.session import identify, open_engine
from etl_core.runtime.session import table_session
from quality.profiling.model import Profile
from quality.profiling.profile import profile

UNNAMED = "raw.files"  # files of which no contract knows


@dataclass(frozen=True)
class Looked:
    """`at`: a table, or the place of files, whose columns are as they were received."""

    profile: Profile
    at: str


def look(project: Project, table: Table, *, files: bool = False, keep_session: bool = False) -> Looked:
    """The profile of `table`; of its source's files where there is no table yet, or `files` says so.

    Raises SourceError where there is neither.
    """
    with open_engine(
        project,
        [table.name] if table.name in project.tables else [],
        identify(),
        PlainProgress(1),
        keep_session=keep_session,
    ) as engine:
        spark = table_session(engine.spark)
        known = table.name in project.tables and not files
        target = engine.target(table, spark) if known else None
        if target is not None and target.exists():
            return Looked(profile(target.read().drop(*_made(table))), table.name)
        frame, place = _files(engine, table)
        return Looked(profile(frame), place)


def _made(table: Table) -> tuple[str, ...]:
    """Columns that no contract declares: Strata adds them."""
    target = table.config.target
    history = HISTORY_COLUMNS if target.history == "scd2" else ()
    return (*history, *((IS_DELETED,) if target.deletes == "soft" else ()))


def unknown_files(source: ResolvedSource, name: str = UNNAMED) -> Table:
    """A stand-in for a contract that is still to be written."""
    config = TableConfig.model_validate(
        {"table": name, "source": {"path": source.path}, "target": Target(mode="append")}
    )
    return Table(config, source, "iceberg", {})


def _files(engine: Engine, table: Table) -> tuple[DataFrame, str]:
    source = table.source
    if source is None:
        raise SourceError(
            f"table {table.name} does not exist yet, and has no files of its own to look at",
            hint=f"create it with `strata run --select +{table.name}`",
        )
    reader = engine.sources.get(source.type)
    found = reader.discover(source, None).files
    if not found:
        raise SourceError(
            f"there are no files at {source.path}", hint="its `pattern` may leave all of them out"
        )
    columns = () if source.header or source.format != "csv" else table.config.columns
    bare = Table(table.config.model_copy(update={"columns": columns}), source, table.format, {})
    return reader.read(engine.spark, source, bare, found), source.path
