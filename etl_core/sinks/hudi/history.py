"""What the commits of a Hudi table mean: operations, progress, rows, columns. No JVM."""

from __future__ import annotations

import json
from collections.abc import Iterator

from etl_core.errors import StateError
from etl_core.sinks.commits import Commit
from etl_core.sinks.hudi.avro import Json, spark_struct
from etl_core.sinks.hudi.properties import Properties
from etl_core.sinks.hudi.timeline import ROWS_KEY, WRITE_KEY, Instant, Timeline
from etl_core.sinks.sidecar import load_sidecar
from etl_core.sinks.stamp import state_in
from etl_core.state.models import LOST_PROGRESS_HINT, STATE_PROPERTY, TableState
from etl_core.storage.protocol import Storage

# Strata's writes by the operation they appear as; `schema` changes no row and is left out.
_OWN = {
    "append": "append",
    "stamp": "append",
    "overwrite": "overwrite",
    "overwrite_partitions": "overwrite",
    "apply": "overwrite",
    "rewrite": "overwrite",
    "delete": "delete",
    "schema": "replace",
}
# Other writers', by Hudi's names (WriteOperationType); all others may have changed any row.
_FOREIGN = {
    "INSERT": "append",
    "BULK_INSERT": "append",
    "DELETE": "delete",
    "DELETE_PREPPED": "delete",
    "DELETE_PARTITION": "delete",
    "COMPACT": "replace",
    "LOG_COMPACT": "replace",
    "CLUSTER": "replace",
    "ALTER_SCHEMA": "replace",
    "INDEX": "replace",
}
_COUNTED = ("INSERT", "BULK_INSERT", "UPSERT", "DELETE", "UPSERT_PREPPED", "DELETE_PREPPED")


def operation(instant: Instant) -> str:
    """append | overwrite | delete | replace."""
    own = instant.extra.get(WRITE_KEY)
    return _OWN.get(own, "overwrite") if own else _FOREIGN.get(instant.kind, "overwrite")


def commit_of(instant: Instant) -> Commit:
    return Commit(instant.time, operation(instant), instant.run_id)


def stamps_of(name: str, timeline: Timeline) -> Iterator[tuple[str, TableState]]:
    """Stamped commits, newest first. Raises StateError for one that cannot be read."""
    for instant in timeline.newest_first():
        if STATE_PROPERTY in instant.extra:
            yield (
                instant.time,
                state_in(instant.extra[STATE_PROPERTY], f"{name}: the state in commit {instant.time}"),
            )


def last_state(storage: Storage, name: str, timeline: Timeline) -> TableState | None:
    """The stamp nearest to what readers see, past foreign commits.

    Where archiving cut the timeline off before a stamp was met, the sidecar has the last one; it counts
    if it is older than what is left.
    """
    for _, state in stamps_of(name, timeline):
        return state
    sidecar = load_sidecar(storage, name) if timeline.truncated else None
    if sidecar is not None and timeline.commits and sidecar.snapshot < timeline.commits[0].time:
        return sidecar.state
    return None


def state_of(storage: Storage, name: str, timeline: Timeline) -> TableState | None:
    """As `last_state`; raises StateError for a table with rows and no stamp."""
    found = last_state(storage, name, timeline)
    if found is None and row_count(timeline) != 0:
        raise StateError(
            f"{name} has rows, but none of its commits says which input they came from",
            hint=LOST_PROGRESS_HINT,
        )
    return found


def row_count(timeline: Timeline) -> int | None:
    """Rows of the table, by its commits' own accounts; None where they do not tell."""
    more = 0
    for instant in timeline.newest_first():
        if ROWS_KEY in instant.extra:
            return int(instant.extra[ROWS_KEY]) + more
        if operation(instant) != "replace":
            if instant.kind not in _COUNTED:
                return None
            more += instant.total("numInserts") - instant.total("numDeletes")
    return None if timeline.truncated else more


def columns_of(properties: Properties, timeline: Timeline) -> Json:
    """The stored columns as Spark's JSON of a struct: those of the newest commit that names some."""
    named = (instant.extra["schema"] for instant in timeline.newest_first() if instant.extra.get("schema"))
    return spark_struct(json.loads(next(named, properties.schema)))
