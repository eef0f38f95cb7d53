"""The log's entries as the commits that `run` knows."""

from __future__ import annotations

from etl_core.sinks.commits import Commit
from etl_core.sinks.delta.history import run_of
from etl_core.sinks.delta.log import Entry, Log


def commit_of(entry: Entry) -> Commit:
    return Commit(str(entry.version), entry.kind, run_of(entry))


def commits_after(log: Log, since: str) -> list[Commit] | None:
    """Oldest first; None if the line does not lead back to `since` ("": to the table's beginning)."""
    found: list[Commit] = []
    last = None
    for entry in log.line():
        if since and entry.version == int(since):
            return found[::-1]
        if entry.kind:
            found.append(commit_of(entry))
        last = entry
    complete = last is None or last.is_first
    return found[::-1] if complete and not since else None
