"""Reading a Delta table: rows, commits and state. A snapshot is a version number."""

from __future__ import annotations

import json
from collections.abc import Iterator, Sequence
from functools import reduce

from pyspark.sql import DataFrame
from pyspark.sql.types import StructType

from etl_core.sinks.commits import Commit
from etl_core.sinks.conform import conformed
from etl_core.sinks.delta.commits import commits_after
from etl_core.sinks.delta.handle import Handle, delta, sequence
from etl_core.sinks.delta.history import APPLICATION, lost, snapshot_of, stamps_of, state_of
from etl_core.sinks.delta.log import Entry
from etl_core.sinks.java import java_errors
from etl_core.sinks.sidecar import load_sidecar
from etl_core.state.models import TableState


class DeltaReader:
    """The Reader half of a Delta table."""

    at: Handle

    def exists(self) -> bool:
        return self.at.log.exists()

    def schema(self) -> StructType:
        return self.at.schema()

    def snapshot(self) -> str:
        return snapshot_of(self.at.log)

    def state(self) -> TableState | None:
        at = self.at
        found = state_of(at.log, at.name, lambda: load_sidecar(at.storage, at.name), self._fence)
        if found is None and at.latest().numOfFiles() > 0:
            raise lost(at.name, "it has rows, but none of its commits says which input they came from")
        return found

    def stamps(self) -> Iterator[tuple[str, TableState]]:
        return stamps_of(self.at.log, self.at.name)

    def commits(self, since: str) -> list[Commit] | None:
        return commits_after(self.at.log, since)

    def read(self, snapshot: str = "") -> DataFrame:
        return self.at.read(snapshot)

    def read_appended(self, since: str, until: str) -> DataFrame:
        if not since:
            return self.read(until)
        entries = self._between(int(since), int(until))
        with java_errors(f"{self.at.name}: what was appended after version {since} cannot be read"):
            now = self.at.read(until).limit(0)
            frames = [conformed(self._added(part), now.schema) for part in _between_changes(entries)]
            return reduce(DataFrame.unionByName, frames, now)

    def _between(self, since: int, until: int) -> list[Entry]:
        """Oldest first."""
        found = []
        for entry in self.at.log.line(until):
            if entry.version <= since:
                break
            found.append(entry)
        return found[::-1]

    def _added(self, entries: Sequence[Entry]) -> DataFrame:
        adds = [file for entry in entries if entry.kind == "append" for file in entry.adds]
        files = sequence(delta("actions.Action").fromJson(json.dumps({"add": file})) for file in adds)
        return self.at.files(self.at.at_version(entries[-1].version), files)

    def _fence(self) -> int:
        version = self.at.latest().transactions().get(APPLICATION)
        return int(version.get()) if version.isDefined() else -1


def _between_changes(entries: Sequence[Entry]) -> list[list[Entry]]:
    """Runs of commits under one schema: files from before a column was widened are read in the type they
    were written with."""
    parts: list[list[Entry]] = []
    for entry in entries:
        if entry.alters or not parts:
            parts.append([])
        parts[-1].append(entry)
    return parts
