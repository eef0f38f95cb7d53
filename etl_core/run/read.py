"""Stage `read`: the frames a table's job gets, and the progress they stand for."""

from __future__ import annotations

from dataclasses import dataclass, field

from pyspark.sql import DataFrame, SparkSession

from etl_core.config.project import Table
from etl_core.errors import PlanError, SourceError
from etl_core.names import EPOCH, ORDER_COLUMNS, PHASE, SYSTEM_PREFIX
from etl_core.plan.steps import FileRead, Step, TableRead
from etl_core.run.engine import Engine
from etl_core.sinks.protocol import Commit, SinkTable
from etl_core.state.models import FileBookmark, TableBookmark


@dataclass(frozen=True)
class Inputs:
    """`frames` by input name; empty where no input has anything new."""

    frames: dict[str, DataFrame] = field(default_factory=dict)
    bookmarks: dict[str, FileBookmark | TableBookmark] = field(default_factory=dict)
    files: int = 0
    notes: tuple[str, ...] = ()

    @property
    def nothing_new(self) -> bool:
        return not self.frames


@dataclass(frozen=True)
class _Read:
    frame: DataFrame | None
    bookmark: FileBookmark | TableBookmark
    changed: bool
    files: int = 0
    notes: tuple[str, ...] = ()


def read(engine: Engine, step: Step, spark: SparkSession) -> list[Inputs]:
    """Read what the plan says: batches to publish one after another, mostly one.

    Raises SourceError, PlanError or StateError.
    """
    return [_read_all(engine, step, spark)]


def _read_all(engine: Engine, step: Step, spark: SparkSession) -> Inputs:
    reads = {read.input: _read_one(engine, step, read, spark) for read in step.reads}
    notes = tuple(note for read in reads.values() for note in read.notes)
    exists = step.observed.exists
    if exists and not any(read.changed for read in reads.values()):
        return Inputs(notes=notes)
    frames = {name: read.frame for name, read in reads.items() if read.frame is not None}
    if len(frames) < len(reads):
        return Inputs(notes=notes)
    bookmarks = {name: read.bookmark for name, read in reads.items()}
    return Inputs(frames, bookmarks, sum(read.files for read in reads.values()), notes)


def _read_one(engine: Engine, step: Step, read: FileRead | TableRead, spark: SparkSession) -> _Read:
    if isinstance(read, TableRead):
        return _read_table(engine, step, read, spark)
    source = step.table.source
    if source is None:
        raise PlanError(f"{step.name} reads files but its contract has no source")
    if not read.files:
        return _Read(None, read.bookmark, changed=False)
    frame = engine.sources.get(source.type).read(spark, source, step.table, read.files)
    if not any(file.epoch for file in read.files):  # the source knows no full loads
        frame = frame.drop(EPOCH, PHASE)
    return _Read(frame, read.bookmark, changed=True, files=len(read.files))


def _read_table(engine: Engine, step: Step, read: TableRead, spark: SparkSession) -> _Read:
    table = step.table
    upstream = engine.target(engine.project.tables[read.table], spark)
    if not upstream.exists():
        if read.table in step.depends_on:
            return _Read(None, TableBookmark(), changed=False, notes=(f"{read.table} has no data yet",))
        raise SourceError(
            f"{table.name} reads {read.table}, which does not exist yet",
            hint=f"run it first: strata run --select +{table.name}",
        )
    until = engine.published.get(read.table) or upstream.snapshot()
    since = read.since.snapshot if read.since else ""
    state = upstream.state()
    bookmark = TableBookmark(snapshot=until, run_id=state.run_id if state else "")
    commits = upstream.commits(since) if since else []
    if since and commits is not None and all(commit.operation == "replace" for commit in commits):
        frame = None if read.mode == "new" else upstream.read(until)
        return _Read(_visible(frame, table), bookmark, changed=False)
    if read.mode == "all" or not since:
        return _Read(_visible(upstream.read(until), table), bookmark, changed=True)
    return _read_new(upstream, table, read, bookmark, commits)


def _read_new(
    upstream: SinkTable, table: Table, read: TableRead, bookmark: TableBookmark, commits: list[Commit] | None
) -> _Read:
    since = read.since.snapshot if read.since else ""
    if commits is not None and all(commit.operation in ("append", "replace") for commit in commits):
        frame = upstream.read_appended(since, bookmark.snapshot)
        return _Read(_visible(frame, table), bookmark, changed=True)
    why = "was rewound or its history expired" if commits is None else "was changed by more than appends"
    if not table.config.target.takes_events:
        raise PlanError(
            f"{table.name} reads only what is new in {read.table}, but that table {why}",
            hint=f"use mode cdc, or `read: all` with mode overwrite, for {table.name}",
        )
    note = f"{read.table} {why}: read whole"
    return _Read(_visible(upstream.read(bookmark.snapshot), table), bookmark, changed=True, notes=(note,))


def _visible(frame: DataFrame | None, table: Table) -> DataFrame | None:
    """Without the upstream's system columns, but for the order that a keyed target needs."""
    if frame is None:
        return None
    keep = ORDER_COLUMNS if table.config.target.takes_events else ()
    return frame.drop(*[c for c in frame.columns if c.startswith(SYSTEM_PREFIX) and c not in keep])
