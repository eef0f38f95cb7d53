"""Stage `read`: the frames a table's job gets, and the progress they stand for."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from pyspark.sql import DataFrame, SparkSession

from etl_core.errors import PlanError
from etl_core.names import EPOCH, PHASE
from etl_core.plan.steps import FileRead, Step, TableRead
from etl_core.run.common.engine import Engine
from etl_core.run.common.inputs import Inputs
from etl_core.run.reading import changed
from etl_core.run.reading.extracts import by_extract
from etl_core.run.reading.upstream import Upstream, open_upstream, visible
from etl_core.sources.protocol import MISSING_IN
from etl_core.state.models import FileBookmark, TableBookmark


@dataclass(frozen=True)
class _Read:
    frame: DataFrame | None
    bookmark: FileBookmark | TableBookmark
    changed: bool
    files: int = 0
    notes: tuple[str, ...] = ()
    partly: Mapping[str, str] = field(default_factory=dict)


def read(engine: Engine, step: Step, spark: SparkSession) -> list[Inputs]:
    """Read what the plan says: batches to publish one after another, mostly one.

    Raises SourceError, PlanError or StateError.
    """
    if step.table.config.recomputes_keys:
        return [changed.read(engine, step, spark)]
    return by_extract(step, lambda part: _read_all(engine, part, spark))


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
    partly = {name: files for read in reads.values() for name, files in read.partly.items()}
    return Inputs(frames, bookmarks, sum(read.files for read in reads.values()), notes, partly=partly)


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
    partly = {f.name: f.metadata[MISSING_IN] for f in frame.schema if MISSING_IN in f.metadata}
    for name in partly:  # nothing a table should store
        frame = frame.withMetadata(name, {})
    return _Read(frame, read.bookmark, changed=True, files=len(read.files), partly=partly)


def _read_table(engine: Engine, step: Step, read: TableRead, spark: SparkSession) -> _Read:
    upstream = open_upstream(engine, step, read, spark)
    if upstream is None:
        return _Read(None, TableBookmark(), changed=False, notes=(f"{read.table} has no data yet",))
    if read.mode == "new" and read.since is not None and read.since.snapshot:
        return _read_new(upstream, read.since.snapshot, step)
    return _Read(visible(upstream.now(), step.table), upstream.bookmark, changed=not upstream.unchanged)


def _read_new(upstream: Upstream, since: str, step: Step) -> _Read:
    table, commits, bookmark = step.table, upstream.commits, upstream.bookmark
    if upstream.unchanged:
        return _Read(None, bookmark, changed=False)
    if commits is not None and all(commit.operation in ("append", "replace") for commit in commits):
        frame = upstream.table.read_appended(since, bookmark.snapshot)
        return _Read(visible(frame, table), bookmark, changed=True)
    why = "was rewound or its history expired" if commits is None else "was changed by more than appends"
    if not table.config.takes_events:
        raise PlanError(
            f"{table.name} reads only what is new in {upstream.name}, but that table {why}",
            hint=f"use mode cdc, or `read: all` with mode overwrite, for {table.name}",
        )
    note = f"{upstream.name} {why}: read whole"
    return _Read(visible(upstream.now(), table), bookmark, changed=True, notes=(note,))
