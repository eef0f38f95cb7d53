"""`read: changed_keys`: inputs restricted to the keys that upstream changes touch.

Only what is certain is left out. Whatever puts a doubt on it (an upstream that was rewound, written
to by others, overwritten as a whole or given other columns) means that everything is made anew, and a
note says why.
"""

from __future__ import annotations

from collections.abc import Iterator
from hashlib import sha256
from itertools import islice

from pyspark.sql import DataFrame, SparkSession

from etl_core.changes.affected import Upstream as Diffed
from etl_core.changes.affected import affected_keys, only
from etl_core.config.project import Project, Table
from etl_core.plan.links import Linked, Way, linked, ways
from etl_core.plan.steps import Step, TableRead
from etl_core.run.common.engine import Engine
from etl_core.run.common.inputs import Inputs
from etl_core.run.reading.upstream import Upstream, open_upstream, visible


def read(engine: Engine, step: Step, spark: SparkSession) -> Inputs:
    """The inputs restricted to the affected keys, with these keys; or whole, where the table is new or
    the keys cannot be told. Raises SourceError or StateError."""
    upstreams: dict[str, Upstream] = {}
    for table_read in step.reads:
        assert isinstance(table_read, TableRead)
        upstream = open_upstream(engine, step, table_read, spark)
        if upstream is None:
            return Inputs(notes=(f"{table_read.table} has no data yet",))
        upstreams[table_read.input] = upstream
    frames = {name: visible(upstream.now(), step.table) for name, upstream in upstreams.items()}
    bookmarks = {
        name: upstream.bookmark.model_copy(update={"columns": _columns(frames[name])})
        for name, upstream in upstreams.items()
    }
    whole = Inputs(frames, dict(bookmarks))
    if not step.observed.exists or all(upstream.since is None for upstream in upstreams.values()):
        return whole
    if all(upstream.unchanged for upstream in upstreams.values()):
        return Inputs()
    return _Changes(engine.project, step.table, upstreams, whole).inputs()


class _Changes:
    """What changed in the inputs of one table, and what that means for it."""

    def __init__(self, project: Project, table: Table, upstreams: dict[str, Upstream], whole: Inputs) -> None:
        self.table = table
        self.keys = table.config.target.keys
        self.upstreams = upstreams
        self.whole = whole
        self.origins = {name: project.tables[upstream.name] for name, upstream in upstreams.items()}
        self.links = self._links()
        self.ways = ways(self.links, self.keys)

    def inputs(self) -> Inputs:
        doubts = tuple(f"{reason}: all keys are recomputed" for reason in self._doubts())
        if doubts:
            return Inputs(self.whole.frames, self.whole.bookmarks, notes=doubts)
        affected = self._affected().localCheckpoint()
        changed = [upstream.name for upstream in self.upstreams.values() if not upstream.unchanged]
        note = f"{affected.count()} key(s) recomputed after changes in {', '.join(dict.fromkeys(changed))}"
        frames = {name: self._frame(name, affected) for name in self.upstreams}
        return Inputs(frames, self.whole.bookmarks, notes=(note,), affected=affected)

    def _links(self) -> dict[str, Linked]:
        return {
            name: linked(source, self.origins[name], self.whole.frames[name].columns, self.keys)
            for name, source in self.table.config.inputs.items()
        }

    def _doubts(self) -> Iterator[str]:
        """For each input whose changes cannot be followed the first reason why."""
        for name, upstream in self.upstreams.items():
            if not upstream.unchanged:
                yield from islice(self._doubts_about(name, upstream), 1)

    def _doubts_about(self, name: str, upstream: Upstream) -> Iterator[str]:
        """Each holds only if those before it do not."""
        origin = self.origins[name].config
        if upstream.since is None:
            yield f"{upstream.name} was not read before"
        if upstream.commits is None:
            yield f"{upstream.name} was rewound or its history expired"
        if self.table.config.inputs[name].read == "all":
            yield f"{upstream.name}, which is read whole, changed"
        if origin.target.mode == "overwrite" and not origin.recomputes_keys:
            yield f"{upstream.name} was overwritten"
        if any(not commit.run_id and commit.operation != "replace" for commit in upstream.commits or ()):
            yield f"{upstream.name} was written to by another tool"
        if not self.ways[name]:
            yield f"no input refers to {upstream.name} by {', '.join(self.links[name].on) or 'any column'}"
        if upstream.since is not None and upstream.since.columns != _columns(self.whole.frames[name]):
            yield f"{upstream.name} has other columns than before"

    def _affected(self) -> DataFrame:
        diffed = {
            name: Diffed(
                upstream.now(), None if upstream.unchanged else upstream.at_last_read(), self.links[name].on
            )
            for name, upstream in self.upstreams.items()
        }
        affected = affected_keys(diffed, self.ways, self.keys)
        assert affected is not None
        return affected

    def _frame(self, name: str, affected: DataFrame) -> DataFrame:
        """What has the keys is restricted to them, unless the contract wants it whole."""
        frame = self.whole.frames[name]
        restricted = self.table.config.inputs[name].read == "changed_keys" and self._has_keys(name)
        return only(frame, affected, self.keys) if restricted else frame

    def _has_keys(self, name: str) -> bool:
        way: Way = (name,)
        return way in self.ways[name]


def _columns(frame: DataFrame) -> str:
    """Of names and types. Kept in the bookmark: Iceberg shows an old snapshot in today's columns."""
    return sha256(frame.schema.simpleString().encode()).hexdigest()[:16]
