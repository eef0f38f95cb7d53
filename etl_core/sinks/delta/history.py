"""A table's visible line of commits: what readers see and whose progress it is. Without Spark, for `plan`."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator

from etl_core.errors import StateError
from etl_core.sinks.delta.log import Entry, Log
from etl_core.sinks.sidecar import Sidecar
from etl_core.sinks.stamp import state_in
from etl_core.state.models import LOST_PROGRESS_HINT, STATE_PROPERTY, TableState

# The application id of Strata's commits. Delta keeps its last version for as long as the table lives,
# and leaves out a MERGE whose version is not greater.
APPLICATION = "strata"


def stamp_of(state: TableState) -> str:
    """The `userMetadata` of a commit that publishes `state`."""
    return json.dumps({STATE_PROPERTY: state.model_dump(mode="json")})


def run_of(entry: Entry) -> str:
    """ "" if Strata did not write the commit."""
    state = entry.stamp.get(STATE_PROPERTY)
    return str(state.get("run_id", "")) if isinstance(state, dict) else ""


def snapshot_of(log: Log) -> str:
    """The newest commit that touched rows or state: columns and properties make no snapshot. Where the
    log begins behind it, the oldest commit kept."""
    oldest = None
    for entry in log.line():
        if entry.kind:
            return str(entry.version)
        oldest = entry
    return str(oldest.version) if oldest is not None and oldest.parent >= 0 else ""


def stamps_of(log: Log, name: str) -> Iterator[tuple[str, TableState]]:
    """Stamped commits of the visible line, newest first. Raises StateError for one that cannot be read."""
    for entry in log.line():
        if entry.stamp:
            yield str(entry.version), _parsed(entry, name)


def state_of(
    log: Log, name: str, sidecar: Callable[[], Sidecar | None], fence: Callable[[], int]
) -> TableState | None:
    """The stamp nearest to what readers see, past foreign commits; None if there is none.

    Where the log was cleaned up before a stamp was met, `sidecar` counts, if it is older than what is
    left of the line and `fence` (the version Strata's last commit gave itself) is no newer. Raises
    StateError for a stamp that cannot be read, or where the log is cut off and the sidecar is not its.
    """
    last = None
    for entry in log.line():
        if entry.stamp:
            return _parsed(entry, name)
        last = entry
    if last is None or last.is_first:
        return None
    if last.parent < 0:
        raise StateError(
            f"{name}: commit {last.version} restored it to a time, which names no progress",
            hint="restore it to a version: DESCRIBE HISTORY shows them",
        )
    found = sidecar()
    if found is not None and fence() <= int(found.snapshot) <= last.parent:
        return found.state
    raise lost(name, "its log no longer says which input its rows came from")


def lost(name: str, why: str) -> StateError:
    return StateError(f"{name}: {why}", hint=LOST_PROGRESS_HINT)


def _parsed(entry: Entry, name: str) -> TableState:
    return state_in(entry.stamp[STATE_PROPERTY], f"{name}: the state in commit {entry.version}")
