"""A table's visible line of snapshots, from what readers see back to the oldest that is kept."""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import dataclass, replace

from etl_core.errors import StateError
from etl_core.runtime.jvm import Java
from etl_core.sinks.commits import Commit
from etl_core.sinks.iceberg.jvm import Handle
from etl_core.sinks.stamp import state_in
from etl_core.state.models import LOST_PROGRESS_HINT, STATE_PROPERTY, STATE_TAG, TableState

# In the summary of a stamp, beside the state: the run, and the snapshot on which its batch was built.
# All snapshots between the two are the run's (a MERGE cannot be told to mark its own).
RUN_PROPERTY = "strata-run-id"
BASE_PROPERTY = "strata-base"


@dataclass(frozen=True)
class Snapshot:
    """One Iceberg snapshot. `parent` is "" for the first, `run_id` if Strata did not write it."""

    id: str
    parent: str
    operation: str
    summary: dict[str, str]
    sequence: int
    run_id: str = ""

    def count(self, key: str) -> int:
        return int(self.summary.get(key, 0))

    def commit(self) -> Commit:
        return Commit(self.id, self.operation, self.run_id)


def snapshot_of(at: Handle, java: Java) -> Snapshot:
    """By way of Iceberg's own JSON: one call into the JVM instead of fifty."""
    content = json.loads(at.snapshot_json(java))
    summary = content["summary"]
    parent = content.get("parent-snapshot-id")
    return Snapshot(
        id=str(content["snapshot-id"]),
        parent="" if parent is None else str(parent),
        operation=summary["operation"],
        summary=summary,
        sequence=content.get("sequence-number", 0),
    )


def line(at: Handle, table: Java) -> Iterator[Snapshot]:
    """What readers see and its ancestors, newest first, as far as they are kept."""
    java = table.currentSnapshot()
    run_id, base = "", None
    while java is not None:
        snapshot = snapshot_of(at, java)
        if RUN_PROPERTY in snapshot.summary:
            run_id, base = snapshot.summary[RUN_PROPERTY], snapshot.summary.get(BASE_PROPERTY)
        elif snapshot.id == base:
            run_id, base = "", None
        yield replace(snapshot, run_id=run_id)
        java = table.snapshot(int(snapshot.parent)) if snapshot.parent else None


def commits_after(at: Handle, table: Java, since: str) -> list[Commit] | None:
    """Oldest first; None if the line does not lead back to `since` ("": to the table's beginning)."""
    found: list[Commit] = []
    oldest = ""
    for snapshot in line(at, table):
        if snapshot.id == since:
            return found[::-1]
        found.append(snapshot.commit())
        oldest = snapshot.parent
    return None if since or oldest else found[::-1]


def stamps_of(at: Handle, table: Java) -> Iterator[tuple[str, TableState]]:
    """Stamped snapshots of the visible line, newest first. Raises StateError for one that cannot be read."""
    for snapshot in line(at, table):
        if STATE_PROPERTY in snapshot.summary:
            yield snapshot.id, _parsed(snapshot, at.name)


def state_of(at: Handle, table: Java) -> TableState | None:
    """The stamp nearest to what readers see, past foreign commits; None for a table without rows.

    Where expiry cut the line off before a stamp was met, the tag `strata_state` has kept the last
    one; it counts if it is older than what is left of the line. Raises StateError for a table with
    rows and no stamp, or one that cannot be read.
    """
    newest = oldest = None
    for snapshot in line(at, table):
        newest, oldest = newest or snapshot, snapshot
        if STATE_PROPERTY in snapshot.summary:
            return _parsed(snapshot, at.name)
    if newest is None or oldest is None:
        return None
    tagged = table.snapshot(STATE_TAG)
    if oldest.parent and tagged is not None and int(tagged.sequenceNumber()) < oldest.sequence:
        return _parsed(snapshot_of(at, tagged), at.name)
    if newest.count("total-records") == 0:
        return None
    raise StateError(
        f"{at.name} has rows, but none of its snapshots says which input they came from",
        hint=LOST_PROGRESS_HINT,
    )


def _parsed(snapshot: Snapshot, name: str) -> TableState:
    return state_in(snapshot.summary[STATE_PROPERTY], f"{name}: the state in snapshot {snapshot.id}")
