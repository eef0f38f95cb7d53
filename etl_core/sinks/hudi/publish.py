"""Publishing a prepared batch as one commit, or giving it up; cleaning up after the dead."""

from __future__ import annotations

from py4j.protocol import Py4JJavaError
from pyspark.errors import PySparkException
from pyspark.sql import functions as F

from etl_core.errors import PublishError
from etl_core.names import RUN_ID
from etl_core.sinks.contention import refuse_others
from etl_core.sinks.hudi.commit import PREPPED, commit, commit_stored
from etl_core.sinks.hudi.history import commit_of, state_of
from etl_core.sinks.hudi.place import Place
from etl_core.sinks.hudi.read import is_readable
from etl_core.sinks.hudi.staged import StagedBatch
from etl_core.sinks.hudi.timeline import ROWS_KEY, RUN_KEY, WRITE_KEY, Instant
from etl_core.sinks.java import java_errors, messages
from etl_core.sinks.kept import drop_kept, keep_rows
from etl_core.sinks.protocol import Published, Staging
from etl_core.sinks.sidecar import save_sidecar
from etl_core.state.models import STATE_PROPERTY, TableState

_OPERATIONS = {
    "append": "bulk_insert",
    "overwrite": "insert_overwrite_table",
    "overwrite_partitions": "insert_overwrite",
    "apply": "upsert",
}


class HudiPublisher:
    """The Publisher half of a Hudi table."""

    at: Place
    staged: dict[str, StagedBatch]

    def begin(self, run_id: str) -> Staging:
        """Leaves a note of the run, for `drop_leftovers` to find if it dies."""
        base = self.at.timeline().last
        self.at.storage.create(self._note(run_id), b"")
        self._release(run_id)
        return Staging(run_id, run_id, base)

    def publish(self, staging: Staging, state: TableState) -> Published:
        """Hudi checks nothing by itself (it would need a lock provider): others are looked for before the
        commit and after it."""
        self._refuse(staging, self._after(staging.base))
        batch = self.staged.get(staging.ref)
        error = None
        try:
            self._commit(staging, batch, state)
        except (Py4JJavaError, PySparkException) as caught:
            error = caught
        mine = self._arrived(staging)
        if mine is None:
            cause = messages(error) if error else "the commit is not on the timeline"
            raise PublishError(f"{self.at.name} cannot be published: {cause}") from error
        rows = self._reconciled(mine, batch)
        save_sidecar(self.at.storage, self.at.name, mine.time, state)
        self._release(staging.ref)
        self.at.storage.delete(self._note(staging.run_id))
        return Published(self.at.timeline().last, rows)

    def discard(self, staging: Staging, *, keep: bool) -> None:
        batch = self.staged.get(staging.ref)
        if keep and batch is not None:
            keep_rows(self.at.storage, self.at.name, staging.run_id, batch.rows)
        self._release(staging.ref)
        self.at.storage.delete(self._note(staging.run_id))

    def drop_leftovers(self) -> tuple[str, ...]:
        """A write that died leaves files that no reader looks at; Hudi finds and deletes them."""
        timeline = self.at.timeline()
        if timeline.pending:
            with (
                java_errors(f"{self.at.name}: what a dead run wrote cannot be removed"),
                self.at.client() as c,
            ):
                c.rollbackFailedWrites(self.at.meta_client())
        drop_kept(self.at.storage, self.at.name, self.at.retention_ms)
        published = {instant.run_id for instant in timeline.commits}
        notes = self.at.storage.list(self._note())
        for note in notes:
            self.at.storage.delete(note)
        return tuple(sorted({note.rpartition("/")[2] for note in notes} - published))

    def rollback(self, snapshot: str) -> None:
        """Hudi's restore: later commits and their files are gone for good."""
        timeline = self.at.timeline()
        if not is_readable(self.at, timeline, snapshot):
            raise PublishError(
                f"{self.at.name}: commit {snapshot} is not kept any more",
                hint="hoodie.clean.commits.retained says how many are",
            )
        what = f"{self.at.name} cannot be rolled back to {snapshot}"
        with java_errors(what, PublishError), self.at.client() as client:
            client.restoreToInstant(snapshot, False)
        timeline = self.at.timeline()
        state = state_of(self.at.storage, self.at.name, timeline)
        if state is not None:
            save_sidecar(self.at.storage, self.at.name, snapshot, state)

    def delete_run(self, run_id: str) -> None:
        if not self.at.timeline().commits:
            return
        with java_errors(f"{self.at.name}: rows of run {run_id} cannot be removed"):
            rows = self.at.load().where(F.col(RUN_ID) == run_id).persist()
            try:
                if rows.count():
                    commit_stored(self.at, rows, "delete", {WRITE_KEY: "delete", RUN_KEY: run_id}, PREPPED)
            finally:
                rows.unpersist()

    def _commit(self, staging: Staging, batch: StagedBatch | None, state: TableState) -> None:
        """A batch that changes nothing is a commit without files, which still carries the state."""
        write = batch.write if batch else "stamp"
        extra = {
            STATE_PROPERTY: state.model_dump_json(),
            RUN_KEY: staging.run_id,
            WRITE_KEY: write,
            **({ROWS_KEY: str(batch.total)} if batch and batch.total is not None else {}),
        }
        rows = batch.rows if batch else self.at.empty(self.at.schema())
        nothing = batch is None or (write == "overwrite_partitions" and not batch.written)
        operation = "bulk_insert" if nothing else _OPERATIONS[write]
        commit(self.at, rows, operation, extra)

    def _arrived(self, staging: Staging) -> Instant | None:
        """This run's commit. Raises PublishError if a foreign one came between the check and it."""
        after = self._after(staging.base) or []
        mine = [instant for instant in after if _is_stamp_of(instant, staging.run_id)]
        if not mine:
            return None
        try:
            self._refuse(staging, [instant for instant in after if instant not in mine])
        except PublishError as error:
            raise PublishError(
                f"{error.message}; its batch is published all the same, in commit {mine[-1].time}",
                hint="compare the table with its sources; a table that Strata writes needs to be its alone",
            ) from error
        return mine[-1]

    def _reconciled(self, mine: Instant, batch: StagedBatch | None) -> int:
        written = mine.total("numInserts", "numUpdateWrites")
        expected = batch.written if batch else 0
        if written != expected:
            raise PublishError(
                f"{self.at.name}: commit {mine.time} wrote {written} rows, the batch had {expected}",
                hint=f"roll the table back to the commit before {mine.time} and report this",
            )
        return written

    def _after(self, base: str) -> list[Instant] | None:
        return self.at.timeline().after(base)

    def _refuse(self, staging: Staging, between: list[Instant] | None) -> None:
        commits = None if between is None else [commit_of(instant) for instant in reversed(between)]
        refuse_others(self.at.name, staging, commits)

    def _release(self, ref: str) -> None:
        batch = self.staged.pop(ref, None)
        if batch is not None:
            batch.release()

    def _note(self, run_id: str = "") -> str:
        folder = f"_strata/staged/{self.at.name}"
        return f"{folder}/{run_id}" if run_id else folder


def _is_stamp_of(instant: Instant, run_id: str) -> bool:
    return instant.run_id == run_id and STATE_PROPERTY in instant.extra
