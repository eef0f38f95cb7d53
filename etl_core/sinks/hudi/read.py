"""Reading a Hudi table: rows, commits and state."""

from __future__ import annotations

from collections.abc import Iterator

from pyspark.sql import DataFrame
from pyspark.sql import functions as F
from pyspark.sql.types import StructType

from etl_core.errors import SinkError
from etl_core.names import quote
from etl_core.sinks.commits import Commit
from etl_core.sinks.hudi.history import commit_of, stamps_of, state_of
from etl_core.sinks.hudi.place import Place
from etl_core.sinks.hudi.timeline import SCHEMA, WRITE_KEY, Timeline
from etl_core.sinks.java import java_errors
from etl_core.state.models import TableState

COMMIT_TIME = "_hoodie_commit_time"


class HudiReader:
    """The Reader half of a Hudi table. A snapshot is the instant of a commit."""

    at: Place

    def exists(self) -> bool:
        return self.at.exists()

    def schema(self) -> StructType:
        return self.at.schema()

    def snapshot(self) -> str:
        return self.at.timeline().last

    def state(self) -> TableState | None:
        return state_of(self.at.storage, self.at.name, self.at.timeline())

    def stamps(self) -> Iterator[tuple[str, TableState]]:
        """Down to the oldest whose rows can still be read."""
        timeline = self.at.timeline()
        oldest = oldest_readable(self.at, timeline)
        return (stamp for stamp in stamps_of(self.at.name, timeline) if stamp[0] >= oldest)

    def commits(self, since: str) -> list[Commit] | None:
        timeline = self.at.timeline()
        found = timeline.after(since)
        if found is None or (since and since < oldest_readable(self.at, timeline)):
            return None
        return [commit_of(instant) for instant in found if instant.extra.get(WRITE_KEY) != SCHEMA]

    def read(self, snapshot: str = "") -> DataFrame:
        timeline = self.at.timeline()
        if snapshot:
            self._require(timeline, snapshot)
        with java_errors(f"{self.at.name} cannot be read"):
            if not timeline.commits:
                return self.at.empty(self.at.schema())
            return self._own(self.at.load(snapshot))

    def read_appended(self, since: str, until: str) -> DataFrame:
        """By the time of commit that every row carries, and by which files without such rows are left out.
        It survives the rewriting of files by compaction and clustering."""
        self._require(self.at.timeline(), until)
        with java_errors(f"{self.at.name}: what was appended after commit {since} cannot be read"):
            return self._own(self.at.load(until).where(F.col(COMMIT_TIME) > since))

    def _own(self, rows: DataFrame) -> DataFrame:
        """The table's columns of today, those that it had at the time of the rows."""
        return rows.selectExpr(*[quote(name) for name in self.at.schema().names if name in rows.columns])

    def _require(self, timeline: Timeline, snapshot: str) -> None:
        if not is_readable(self.at, timeline, snapshot):
            raise SinkError(
                f"{self.at.name}: commit {snapshot} is no longer kept",
                hint="hoodie.clean.commits.retained says how many are",
            )


def is_readable(at: Place, timeline: Timeline, snapshot: str) -> bool:
    kept = any(instant.time == snapshot for instant in timeline.commits)
    return kept and snapshot >= oldest_readable(at, timeline)


def oldest_readable(at: Place, timeline: Timeline) -> str:
    """The commit up to which the cleaner deleted what later ones had replaced; "" if it never did."""
    if not timeline.cleaned:
        return ""
    with java_errors(f"{at.name}: what was cleaned cannot be read"):
        cleans = at.meta_client().getActiveTimeline().getCleanerTimeline().filterCompletedInstants()
        found = cleans.readCleanMetadata(cleans.lastInstant().get())
        return str(found.getEarliestCommitToRetain() or "")
