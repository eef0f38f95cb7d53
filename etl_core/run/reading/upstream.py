"""An upstream table as one run sees it: which snapshot is read, and what came since the last time."""

from __future__ import annotations

from dataclasses import dataclass

from pyspark.sql import DataFrame, SparkSession

from etl_core.config.project import Table
from etl_core.errors import SourceError
from etl_core.names import ORDER_COLUMNS, SYSTEM_PREFIX
from etl_core.plan.steps import Step, TableRead
from etl_core.run.common.engine import Engine
from etl_core.sinks.commits import Commit
from etl_core.sinks.protocol import SinkTable
from etl_core.state.models import TableBookmark


@dataclass(frozen=True)
class Upstream:
    """`bookmark`: the snapshot to read, which is the progress once the rows are published. `commits`
    since the last read; None if the table's line does not lead back to it."""

    table: SinkTable
    name: str
    since: TableBookmark | None
    bookmark: TableBookmark
    commits: list[Commit] | None

    @property
    def unchanged(self) -> bool:
        """Nothing since the last read, or compactions only."""
        if self.since is None or self.commits is None:
            return False
        return all(commit.operation == "replace" for commit in self.commits)

    def now(self) -> DataFrame:
        return self.table.read(self.bookmark.snapshot)

    def at_last_read(self) -> DataFrame:
        """Only where `commits` leads back to it."""
        assert self.since is not None
        return self.table.read(self.since.snapshot) if self.since.snapshot else self.now().limit(0)


def open_upstream(engine: Engine, step: Step, read: TableRead, spark: SparkSession) -> Upstream | None:
    """None if the table has no data yet, but is part of this run. Raises SourceError if it does not exist."""
    table = engine.target(engine.project.tables[read.table], spark)
    if not table.exists():
        if read.table in step.depends_on:
            return None
        raise SourceError(
            f"{step.name} reads {read.table}, which does not exist yet",
            hint=f"run it first: strata run --select +{step.name}",
        )
    until = engine.published.get(read.table) or table.snapshot()
    state = table.state()
    bookmark = TableBookmark(snapshot=until, run_id=state.run_id if state else "")
    commits: list[Commit] | None = []
    if read.since is not None and until != read.since.snapshot:
        commits = table.commits(read.since.snapshot)
    return Upstream(table, read.table, read.since, bookmark, commits)


def visible(frame: DataFrame, table: Table) -> DataFrame:
    """Without the upstream's system columns, but for the order that the events of `table` need."""
    keep = ORDER_COLUMNS if table.config.takes_events else ()
    return frame.drop(*[c for c in frame.columns if c.startswith(SYSTEM_PREFIX) and c not in keep])
