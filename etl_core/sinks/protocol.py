"""What a sink is: small Protocols that `run` knows; no stage knows an implementation.

A run of one table: `drop_leftovers`, `begin`, one write, `candidate` for judging, `publish` or
`discard`. Nothing before `publish` is visible to readers.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Protocol

from pyspark.sql import DataFrame, SparkSession
from pyspark.sql.types import StructField, StructType

from etl_core.config.models.environment import EnvironmentConfig
from etl_core.registry import Registry, scan
from etl_core.state.models import TableState


@dataclass(frozen=True)
class TargetSpec:
    """One table as a sink sees it. `name` is `layer.table` or a side table's name."""

    name: str
    keys: tuple[str, ...] = ()
    partition_by: tuple[str, ...] = ()
    properties: tuple[tuple[str, str], ...] = ()
    description: str = ""
    column_comments: tuple[tuple[str, str], ...] = ()


@dataclass(frozen=True)
class Staging:
    """A batch being prepared by one run; `ref` is the sink's own handle (a branch, a folder)."""

    run_id: str
    ref: str
    base: str  # snapshot that readers see while the batch is prepared; "" if none


@dataclass(frozen=True)
class Commit:
    """One commit on the table's visible line. `operation`: append | overwrite | delete | replace."""

    snapshot: str
    operation: str
    run_id: str  # "" if not written by Strata


class Reader(Protocol):
    def exists(self) -> bool: ...

    def schema(self) -> StructType: ...

    def snapshot(self) -> str:
        """The snapshot readers see now; "" if the table has none."""

    def state(self) -> TableState | None:
        """The progress stamped nearest to what readers see; None for a table never written.

        Raises StateError when the table has rows but no state can be found.
        """

    def commits(self, since: str) -> list[Commit] | None:
        """Commits after `since`, oldest first; None if `since` is no ancestor of what readers see."""

    def read(self, snapshot: str = "") -> DataFrame:
        """The table as of `snapshot` ("": now)."""

    def read_appended(self, since: str, until: str) -> DataFrame:
        """Rows appended after `since` up to `until`; only where every commit between is an append."""


class Creator(Protocol):
    def create(self, schema: StructType) -> None:
        """Create the table, empty, unless it exists."""

    def add_columns(self, fields: Sequence[StructField]) -> None: ...


class Writer(Protocol):
    def append(self, staging: Staging, rows: DataFrame) -> int:
        """Write all rows beside what is there. Returns rows written, from the commit itself."""

    def overwrite(self, staging: Staging, rows: DataFrame) -> int:
        """The rows become the whole table. Returns rows written, from the commit itself."""

    def apply(self, staging: Staging, winners: DataFrame) -> int:
        """One winner a key with `_strata_seq` and `_strata_delete`; newer than the row held, it
        replaces or removes it. Returns rows inserted or updated."""

    def candidate(self, staging: Staging) -> DataFrame:
        """The table as it would be after publishing."""


class Publisher(Protocol):
    def drop_leftovers(self) -> tuple[str, ...]:
        """Remove staged batches of runs that never published; returns their run ids. Failed ones
        are kept for `audit_retention` for inspection."""

    def begin(self, run_id: str) -> Staging: ...

    def publish(self, staging: Staging, state: TableState) -> str:
        """Make batch and state visible in one atomic step. Returns the new snapshot.

        Raises PublishError when a foreign writer or another run moved the table meanwhile.
        """

    def discard(self, staging: Staging, *, keep: bool) -> None:
        """Give the batch up; `keep` leaves it for inspection (a failed rule)."""

    def delete_run(self, run_id: str) -> None:
        """Remove rows whose `_strata_run_id` is `run_id` (side tables of a run that died)."""


class SinkTable(Reader, Creator, Writer, Publisher, Protocol):
    """One table opened in one Spark session."""


class Sink(Protocol):
    def open(self, spark: SparkSession, environment: EnvironmentConfig, spec: TargetSpec) -> SinkTable: ...

    def session_settings(self, environment: EnvironmentConfig) -> dict[str, str]:
        """Spark settings (extensions, catalogs) this format needs, with jars named in the lock."""


SINKS: Registry[Sink] = Registry("format")


def load() -> Registry[Sink]:
    """Import every sink folder's `sink.py`, which registers it."""
    scan("etl_core.sinks", leaf="sink")
    return SINKS
