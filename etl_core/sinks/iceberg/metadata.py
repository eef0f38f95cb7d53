"""An Iceberg table's metadata file (format versions 1 and 2), as far as planning needs it.

Read directly: the file is JSON of a published format, and importing pyiceberg takes longer (1.5 to
2.5 s) than all that `strata plan` does for sixty tables. Source: https://iceberg.apache.org/spec/
"""

from __future__ import annotations

import gzip
import json
from collections.abc import Iterator
from typing import Any

from etl_core.errors import StateError
from etl_core.plan.observed import ObservedTable
from etl_core.sinks.stamp import state_in
from etl_core.state.models import STATE_PROPERTY, STATE_TAG, TableState

Json = dict[str, Any]
_SPARK_NAMES = {
    "long": "bigint",
    "timestamptz": "timestamp",
    "timestamp": "timestamp_ntz",
    "uuid": "string",
    "time": "string",
}


def observed(content: bytes, location: str) -> ObservedTable:
    """Columns, what readers see, and the state stamped nearest to it. Raises StateError."""
    try:
        metadata = json.loads(gzip.decompress(content) if ".gz." in location else content)
    except (OSError, ValueError) as error:
        raise StateError(f"table metadata {location} cannot be read: {error}") from error
    snapshots = {snapshot["snapshot-id"]: snapshot for snapshot in metadata.get("snapshots", [])}
    current = snapshots.get(metadata.get("current-snapshot-id"))
    summary = current["summary"] if current else {}
    return ObservedTable(
        exists=True,
        snapshot=str(current["snapshot-id"]) if current else "",
        state=_state(metadata, snapshots, current),
        columns=tuple((field["name"], spark_type(field["type"])) for field in _schema(metadata)["fields"]),
        rows=int(summary.get("total-records", 0)),
        bytes=int(summary.get("total-files-size", 0)),
    )


def spark_type(kind: str | Json) -> str:
    """An Iceberg type as Spark SQL writes it (`simpleString`)."""
    if isinstance(kind, str):
        plain = "binary" if kind.startswith("fixed[") else kind.replace(" ", "")
        return _SPARK_NAMES.get(plain, plain)
    if kind["type"] == "list":
        return f"array<{spark_type(kind['element'])}>"
    if kind["type"] == "map":
        return f"map<{spark_type(kind['key'])},{spark_type(kind['value'])}>"
    fields = (f"{field['name']}:{spark_type(field['type'])}" for field in kind["fields"])
    return f"struct<{','.join(fields)}>"


def _schema(metadata: Json) -> Json:
    current = metadata.get("current-schema-id")
    schemas = metadata.get("schemas") or [metadata["schema"]]
    return next(schema for schema in schemas if schema.get("schema-id", current) == current)


def _state(metadata: Json, snapshots: dict[int, Json], current: Json | None) -> TableState | None:
    """The rule of the sink's `history.state_of`; None also for rows without a stamp: the run, which
    holds the table's lease, is the one to refuse those."""
    oldest = current
    for snapshot in _line(snapshots, current):
        if STATE_PROPERTY in snapshot["summary"]:
            return _parsed(snapshot)
        oldest = snapshot
    tag = metadata.get("refs", {}).get(STATE_TAG)
    tagged = snapshots.get(tag["snapshot-id"]) if tag else None
    if oldest is None or tagged is None or "parent-snapshot-id" not in oldest:
        return None
    return _parsed(tagged) if tagged["sequence-number"] < oldest["sequence-number"] else None


def _line(snapshots: dict[int, Json], newest: Json | None) -> Iterator[Json]:
    while newest is not None:
        yield newest
        newest = snapshots.get(newest.get("parent-snapshot-id", -1))


def _parsed(snapshot: Json) -> TableState:
    return state_in(snapshot["summary"][STATE_PROPERTY], f"the state in snapshot {snapshot['snapshot-id']}")
