"""Batches: begun, made visible in one commit that carries the table's state, or given up."""

from __future__ import annotations

from py4j.protocol import Py4JJavaError
from pyspark.errors import PySparkException

from etl_core.errors import Moved, PublishError
from etl_core.names import RUN_ID, literal, quote
from etl_core.runtime.jvm import Java
from etl_core.sinks.contention import refuse_others
from etl_core.sinks.delta import staged
from etl_core.sinks.delta.commands import commit
from etl_core.sinks.delta.commits import commit_of
from etl_core.sinks.delta.handle import Handle
from etl_core.sinks.delta.history import run_of, snapshot_of, stamp_of
from etl_core.sinks.delta.log import Entry
from etl_core.sinks.delta.merge import merge
from etl_core.sinks.delta.staged import Files, Winners
from etl_core.sinks.java import class_of, java_errors, messages
from etl_core.sinks.kept import drop_kept, keep_rows
from etl_core.sinks.protocol import Published, Staging
from etl_core.sinks.sidecar import save_sidecar
from etl_core.state.models import TableState

TRIES = 3
_INSERTED_OR_UPDATED = ("numTargetRowsInserted", "numTargetRowsUpdated")


class DeltaPublisher:
    """The Publisher half of a Delta table."""

    at: Handle
    staged: dict[str, Files | Winners]

    def begin(self, run_id: str) -> Staging:
        staged.drop(self.at, run_id)
        self.staged.pop(run_id, None)
        return Staging(run_id, run_id, base=snapshot_of(self.at.log))

    def publish(self, staging: Staging, state: TableState) -> Published:
        """Raises Moved if only a compaction came between and the batch replaces files, PublishError if
        anything else did."""
        batch = self.staged.get(staging.ref)
        reason = ""
        for _ in range(TRIES):
            snapshot = self.at.latest()
            between = self._since(snapshot.version(), staging)
            arrived = _arrived(between, staging)
            if arrived is None:
                self._refuse(between, batch, staging)
                reason = self._try(snapshot, batch, staging, state)
                arrived = _arrived(self._since(self.at.log.newest(), staging), staging)
            if arrived is not None:
                return self._settled(arrived, staging, state)
        raise PublishError(f"{self.at.name} was not published in {TRIES} tries: {reason}")

    def discard(self, staging: Staging, *, keep: bool) -> None:
        batch = self.staged.pop(staging.ref, None)
        if keep and batch is not None:
            keep_rows(self.at.storage, self.at.name, staging.run_id, staged.rows_of(self.at, batch))
        staged.drop(self.at, staging.ref)

    def drop_leftovers(self) -> tuple[str, ...]:
        """A run that died while it wrote has left data files that nothing names: VACUUM removes those."""
        drop_kept(self.at.storage, self.at.name, self.at.retention_ms)
        return tuple(staged.drop_dead(self.at))

    def rollback(self, snapshot: str) -> None:
        with java_errors(f"{self.at.name} cannot be rolled back to version {snapshot}", PublishError):
            self.at.spark.sql(f"RESTORE TABLE {self.at.identifier} TO VERSION AS OF {int(snapshot)}")

    def delete_run(self, run_id: str) -> None:
        with java_errors(f"{self.at.name}: rows of run {run_id} cannot be removed"):
            # no named parameter: Spark 4.1 does not find one through the formats' own parsers
            its_own = f"{quote(RUN_ID)} = {literal(run_id)}"
            self.at.spark.sql(f"DELETE FROM {self.at.identifier} WHERE {its_own}")  # noqa: S608 - literals are escaped

    def _try(self, snapshot: Java, batch: Files | Winners | None, staging: Staging, state: TableState) -> str:
        """Returns why the commit was not made, where it is worth another try. After any other failure it
        counts whether the commit has arrived nevertheless."""
        try:
            self._commit(snapshot, batch, staging, state)
        except (Py4JJavaError, PySparkException) as error:
            lost = class_of(error).startswith("Concurrent") or class_of(error).endswith("ChangedException")
            if not lost and _arrived(self._since(self.at.log.newest(), staging), staging) is None:
                raise PublishError(f"{self.at.name} was not published: {messages(error)}") from error
            return messages(error)
        return "its commit is not in the log"

    def _commit(
        self, snapshot: Java, batch: Files | Winners | None, staging: Staging, state: TableState
    ) -> None:
        stamp = stamp_of(state)
        if isinstance(batch, Winners):
            merge(self.at, batch, stamp, snapshot.version() + 1)
            if _arrived(self._since(self.at.log.newest(), staging), staging) is not None:
                return
        actions = batch.actions if isinstance(batch, Files) else []
        mode = "Overwrite" if isinstance(batch, Files) and batch.replaces else "Append"
        commit(self.at.transaction(snapshot), actions, mode, stamp)

    def _settled(self, arrived: Entry, staging: Staging, state: TableState) -> Published:
        """What a published batch leaves behind."""
        snapshot = str(arrived.version)
        save_sidecar(self.at.storage, self.at.name, snapshot, state)
        staged.forget(self.at, staging.ref)
        batch = self.staged.pop(staging.ref, None)
        if isinstance(batch, Files):
            return Published(snapshot, batch.rows)
        return Published(snapshot, sum(int(arrived.metrics.get(key, 0)) for key in _INSERTED_OR_UPDATED))

    def _since(self, newest: int, staging: Staging) -> list[Entry] | None:
        """Commits that readers see as of version `newest` and the batch does not build on, newest first;
        None if the batch's base is no longer part of what they see."""
        found: list[Entry] = []
        for entry in self.at.log.line(newest):
            if str(entry.version) == staging.base:
                return found
            found.append(entry)
        complete = not found or found[-1].is_first
        return found if complete and not staging.base else None

    def _refuse(self, between: list[Entry] | None, batch: Files | Winners | None, staging: Staging) -> None:
        others = None if between is None else [commit_of(entry) for entry in between if entry.kind]
        refuse_others(self.at.name, staging, others)
        if not isinstance(batch, Files) or between is None:
            return
        later = [entry for entry in between if entry.version > batch.snapshot.version()]
        if any(entry.alters or (batch.replaces and entry.kind) for entry in later):
            raise Moved(
                f"{self.at.name} was compacted or altered while run {staging.run_id} prepared its batch"
            )


def _arrived(between: list[Entry] | None, staging: Staging) -> Entry | None:
    """The run's own commit: an earlier try got through."""
    return next((entry for entry in between or [] if run_of(entry) == staging.run_id), None)
