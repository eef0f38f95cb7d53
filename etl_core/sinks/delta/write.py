"""Writing a batch where readers do not see it: data files that no commit names yet, or winners to merge."""

from __future__ import annotations

import json

from pyspark.sql import DataFrame

from etl_core.sinks.conform import conformed, refuse_unknown
from etl_core.sinks.delta.commands import write_files
from etl_core.sinks.delta.handle import Handle, sequence
from etl_core.sinks.delta.staged import Files, Replaces, Winners, note, rows_of
from etl_core.sinks.java import java_errors
from etl_core.sinks.merged import merged
from etl_core.sinks.protocol import Staging, When

# What a write replaces -> Delta's mode and options.
_WRITES: dict[Replaces, tuple[str, dict[str, str]]] = {
    "": ("Append", {}),
    "partitions": ("Overwrite", {"partitionOverwriteMode": "dynamic"}),
    "all": ("Overwrite", {"partitionOverwriteMode": "static"}),
}
_WHAT = {"": "append to", "partitions": "overwrite of partitions of", "all": "overwrite of"}


class DeltaWriter:
    """The Writer half of a Delta table."""

    at: Handle
    staged: dict[str, Files | Winners]

    def append(self, staging: Staging, rows: DataFrame) -> int:
        return self._write(staging, rows, "")

    def overwrite(self, staging: Staging, rows: DataFrame) -> int:
        return self._write(staging, rows, "all")

    def overwrite_partitions(self, staging: Staging, rows: DataFrame) -> int:
        return self._write(staging, rows, "partitions")

    def apply(self, staging: Staging, winners: DataFrame, *, when: When = "newer") -> None:
        """`publish` merges them: Delta has no branch that a MERGE could go to."""
        refuse_unknown(self.at.name, winners, self.at.schema().names)
        self.staged[staging.ref] = Winners(winners, when)

    def added(self, staging: Staging) -> DataFrame:
        with java_errors(f"{self.at.name}: the staged batch cannot be read"):
            return rows_of(self.at, self.staged[staging.ref])

    def candidate(self, staging: Staging) -> DataFrame:
        batch = self.staged.get(staging.ref)
        if batch is None:
            return self.at.read()
        with java_errors(f"{self.at.name}: the staged batch cannot be read"):
            if isinstance(batch, Winners):
                return merged(self.at.read(), batch.rows, self.at.spec.keys, batch.when)
            new = rows_of(self.at, batch)
            return new if batch.replaces == "all" else self._kept(batch).unionByName(new)

    def _write(self, staging: Staging, rows: DataFrame, replaces: Replaces) -> int:
        """Delta's own write, but for the commit."""
        at, schema = self.at, self.at.schema()
        refuse_unknown(at.name, rows, schema.names)
        snapshot = at.latest()
        mode, settings = _WRITES[replaces]
        with java_errors(f"{_WHAT[replaces]} {at.name} failed"):
            actions = write_files(at, at.transaction(snapshot), conformed(rows, schema), mode, settings)
        texts = [(action, action.json()) for action in actions]
        new = [(action, json.loads(text)["add"]) for action, text in texts if text.startswith('{"add"')]
        note(at, staging, snapshot.version(), [add["path"] for _, add in new])
        count: int = sum(json.loads(add["stats"])["numRecords"] for _, add in new)
        self.staged[staging.ref] = Files(snapshot, actions, [action for action, _ in new], replaces, count)
        return count

    def _kept(self, batch: Files) -> DataFrame:
        """What the batch leaves as it is."""
        if not batch.replaces:
            return self.at.read(str(batch.snapshot.version()))
        removed = {action.path() for action in batch.actions if action not in batch.adds}
        files = batch.snapshot.allFiles().collectAsList()
        return self.at.files(batch.snapshot, sequence(file for file in files if file.path() not in removed))
