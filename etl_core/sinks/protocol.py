"""What a sink is: small Protocols that `run` knows; no stage knows an implementation.

A run of one table: `drop_leftovers`, `begin`, one write, `candidate` for judging, `publish` or
`discard`. Nothing before `publish` is visible to readers.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Literal, Protocol

from pyspark.sql import DataFrame, SparkSession
from pyspark.sql.types import StructField, StructType

from etl_core.config.models.environment import EnvironmentConfig
from etl_core.registry import Registry, scan
from etl_core.sinks.commits import Commit
from etl_core.state.models import TableState


@dataclass(frozen=True)
class TargetSpec:
    """One table as a sink sees it. `name` is `layer.table` or a side table's name; `keys` identify a
    row of it (under scd2 those of the contract and `valid_from`); `readers`: engines that have to
    understand it, as the contract names them."""

    name: str
    keys: tuple[str, ...] = ()
    partition_by: tuple[str, ...] = ()
    properties: tuple[tuple[str, str], ...] = ()
    description: str = ""
    column_comments: tuple[tuple[str, str], ...] = ()
    owner: str = ""
    readers: tuple[str, ...] = ()


@dataclass(frozen=True)
class Staging:
    """A batch being prepared by one run; `ref` is the sink's own handle (a branch, a folder)."""

    run_id: str
    ref: str
    base: str  # snapshot that readers see while the batch is prepared; "" if none


@dataclass(frozen=True)
class Published:
    """What readers see now. `rows`: appended, or inserted and updated, by the commit's own account."""

    snapshot: str
    rows: int


SMALL_BYTES = 64 << 20  # below that, what is done once a table costs more than what is done once a row

# Which winners change the table: those newer than the row held, or all (the caller compared already).
When = Literal["newer", "always"]


class Reader(Protocol):
    def exists(self) -> bool: ...

    def schema(self) -> StructType: ...

    def snapshot(self) -> str:
        """The snapshot readers see now; "" if the table has none."""

    def state(self) -> TableState | None:
        """The progress stamped nearest to what readers see; None for a table never written.

        Raises StateError when the table has rows but no state can be found.
        """

    def stamps(self) -> Iterator[tuple[str, TableState]]:
        """Snapshots with the state they carry, from what readers see back to the oldest kept."""

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

    def widen_columns(self, fields: Sequence[StructField]) -> None:
        """Give columns the table has a wider type (int to bigint, float to double, a decimal more
        digits). Raises SinkError where the format cannot."""


class Writer(Protocol):
    """Stages a batch, once between `begin` and `publish`. Each returns the rows it wrote; None where
    only `publish` can tell. The rows are evaluated once (an Observation in them fires) before it returns,
    unless they come from `apply`, whose winners are checkpointed already."""

    def append(self, staging: Staging, rows: DataFrame) -> int | None:
        """Write all rows beside what is there."""

    def overwrite(self, staging: Staging, rows: DataFrame) -> int | None:
        """The rows become the whole table."""

    def overwrite_partitions(self, staging: Staging, rows: DataFrame) -> int | None:
        """The rows become the whole of the partitions they fall into; other partitions stay."""

    def apply(self, staging: Staging, winners: DataFrame, *, when: When = "newer") -> int | None:
        """One winner a key of the spec, with `_strata_delete`. It replaces or removes the row of its key,
        or is inserted; a delete of a missing key does nothing. `newer`: only if its `_strata_seq` is
        greater than that of the row held. Rows inserted or updated."""

    def add(self, rows: DataFrame, state: TableState) -> int:
        """Append by a run, in one commit that readers see at once: for side tables, whose rows the run's
        intent covers. A format may leave the state out. Returns the rows written."""

    def added(self, staging: Staging) -> DataFrame:
        """The rows that this batch itself wrote, in the table's columns; not after `apply`."""

    def candidate(self, staging: Staging) -> DataFrame:
        """The table as it would be after publishing."""


class Publisher(Protocol):
    def drop_leftovers(self) -> tuple[str, ...]:
        """Remove staged batches of runs that never published; returns their run ids. Failed ones
        are kept for `audit_retention` for inspection."""

    def begin(self, run_id: str) -> Staging: ...

    def publish(self, staging: Staging, state: TableState) -> Published:
        """Make batch and state visible in one atomic step; the state alone if nothing was staged.

        Raises Moved if only a compaction moved the table meanwhile and the batch has to be staged anew,
        PublishError when a foreign writer or another run did.
        """

    def discard(self, staging: Staging, *, keep: bool) -> None:
        """Give the batch up; `keep` leaves it for inspection (a failed rule)."""

    def rollback(self, snapshot: str) -> None:
        """Readers see the table, and its state, as of `snapshot` again. Raises PublishError if that
        snapshot is not kept any more."""

    def delete_run(self, run_id: str) -> None:
        """Remove rows whose `_strata_run_id` is `run_id` (side tables of a run that died)."""


class Maintainer(Protocol):
    def compact(self, deleted: float) -> int:
        """Write data files anew where more than the share `deleted` of their rows are deleted ones, if that
        many of the whole table are: merges only mark them. Readers see the same rows, in a commit that is
        a compaction (`replace`). Returns the files that were replaced; 0 also for a format whose merges
        leave no such rows, or which compacts by itself."""


class SinkTable(Reader, Creator, Writer, Publisher, Maintainer, Protocol):
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
