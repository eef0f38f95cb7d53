"""Branches of runs: begun, published in one transaction, or given up."""

from __future__ import annotations

import time

from py4j.protocol import Py4JJavaError
from pyspark.errors import PySparkException

from etl_core.errors import Moved, PublishError
from etl_core.names import RUN_ID, literal, quote
from etl_core.runtime.jvm import Java
from etl_core.sinks.contention import refuse_others
from etl_core.sinks.iceberg.history import BASE_PROPERTY, RUN_PROPERTY, Snapshot, line
from etl_core.sinks.iceberg.jvm import Handle
from etl_core.sinks.java import class_of, java_errors, messages
from etl_core.sinks.protocol import Published, Staging
from etl_core.state.models import STATE_PROPERTY, STATE_TAG, TableState

RUNNING = "strata_run_"  # branch of a run that has not published
FAILED = "strata_failed_"  # branch kept for inspection
MAIN = "main"
TRIES = 3
# The commit lost a race in the catalog, main moved since the check, or nobody knows whether the
# commit arrived: look at the table again.
_UNDECIDED = ("CommitFailedException", "IllegalArgumentException", "CommitStateUnknownException")


class IcebergPublisher:
    """The Publisher half of an Iceberg table."""

    at: Handle
    written: dict[str, int]  # rows of staged batches, by branch

    def begin(self, run_id: str) -> Staging:
        """A branch at what readers see. On a table without snapshots it starts with an empty one."""
        table = self.at.load()
        branch = RUNNING + run_id
        current = table.currentSnapshot()
        with java_errors(f"{self.at.name}: branch {branch} cannot be made"):
            if branch in self.at.refs(table):
                table.manageSnapshots().removeBranch(branch).commit()
            if current is None:
                table.newAppend().toBranch(branch).commit()
                return Staging(run_id, branch, base="")
            table.manageSnapshots().createBranch(branch, current.snapshotId()).commit()
            return Staging(run_id, branch, base=str(current.snapshotId()))

    def publish(self, staging: Staging, state: TableState) -> Published:
        """Raises Moved if only a compaction came between, PublishError if anything else did."""
        reason = ""
        for _ in range(TRIES):
            table = self.at.load()
            between = self._since(table, staging)
            if between and between[0].run_id == staging.run_id and STATE_PROPERTY in between[0].summary:
                return self._published(between[0].id, staging)  # an earlier try had arrived
            self._refuse(between, staging)
            if staging.ref not in self.at.refs(table):
                raise PublishError(f"{self.at.name}: somebody removed the branch {staging.ref}")
            try:
                return self._published(self._commit(table, staging, state), staging)
            except (Py4JJavaError, PySparkException) as error:
                if class_of(error) not in _UNDECIDED:
                    raise PublishError(f"{self.at.name} was not published: {messages(error)}") from error
                reason = messages(error)
        raise PublishError(f"{self.at.name} was not published in {TRIES} tries: {reason}")

    def rollback(self, snapshot: str) -> None:
        with java_errors(f"{self.at.name} cannot be rolled back to snapshot {snapshot}", PublishError):
            self.at.load().manageSnapshots().rollbackTo(int(snapshot)).commit()

    def discard(self, staging: Staging, *, keep: bool) -> None:
        table = self.at.load()
        if staging.ref not in self.at.refs(table):
            return
        with java_errors(f"{self.at.name}: branch {staging.ref} cannot be removed"):
            change = table.manageSnapshots()
            failed = FAILED + staging.run_id
            if keep:
                if failed in self.at.refs(table):
                    change = change.removeBranch(failed)
                change = change.createBranch(failed, table.snapshot(staging.ref).snapshotId())
            change.removeBranch(staging.ref).commit()

    def drop_leftovers(self) -> tuple[str, ...]:
        table = self.at.load()
        refs = self.at.refs(table)
        dead = [name for name in refs if name.startswith(RUNNING)]
        old = [name for name in refs if name.startswith(FAILED) and self._is_old(table, name)]
        if dead or old:
            change = table.manageSnapshots()
            for branch in [*dead, *old]:
                change = change.removeBranch(branch)
            with java_errors(f"{self.at.name}: branches of dead runs cannot be removed"):
                change.commit()
        return tuple(sorted(name.removeprefix(RUNNING) for name in dead))

    def delete_run(self, run_id: str) -> None:
        with java_errors(f"{self.at.name}: rows of run {run_id} cannot be removed"):
            # no named parameter: Spark 4.1 does not find one through the formats' own parsers
            its_own = f"{quote(RUN_ID)} = {literal(run_id)}"
            self.at.spark.sql(f"DELETE FROM {self.at.identifier()} WHERE {its_own}")  # noqa: S608 - literals are escaped

    def _published(self, snapshot: str, staging: Staging) -> Published:
        return Published(snapshot, self.written.pop(staging.ref, 0))

    def _commit(self, table: Java, staging: Staging, state: TableState) -> str:
        """Stamp, move main, move the tag, drop the branch: one commit of the catalog."""
        transaction = table.newTransaction()
        stamp = (
            transaction.newAppend()
            .set(STATE_PROPERTY, state.model_dump_json())
            .set(RUN_PROPERTY, staging.run_id)
            .set(BASE_PROPERTY, staging.base)
        )
        stamp.toBranch(staging.ref).commit()
        snapshot = transaction.table().snapshot(staging.ref).snapshotId()
        change = transaction.manageSnapshots().fastForwardBranch(MAIN, staging.ref)
        tag = change.replaceTag if STATE_TAG in self.at.refs(table) else change.createTag
        tag(STATE_TAG, snapshot).removeBranch(staging.ref).commit()
        transaction.commitTransaction()
        return str(snapshot)

    def _since(self, table: Java, staging: Staging) -> list[Snapshot] | None:
        """Snapshots that readers see and the batch does not build on, newest first; None if the
        batch's base is no longer part of what readers see."""
        found: list[Snapshot] = []
        for snapshot in line(self.at, table):
            if snapshot.id == staging.base:
                return found
            found.append(snapshot)
        return None if staging.base else found

    def _refuse(self, between: list[Snapshot] | None, staging: Staging) -> None:
        commits = None if between is None else [snapshot.commit() for snapshot in between]
        refuse_others(self.at.name, staging, commits)
        if commits:
            raise Moved(f"{self.at.name} was compacted while run {staging.run_id} prepared its batch")

    def _is_old(self, table: Java, branch: str) -> bool:
        made = int(table.snapshot(branch).timestampMillis())
        return made < time.time() * 1000 - self.at.retention_ms
