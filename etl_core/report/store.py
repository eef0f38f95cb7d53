"""Run records in the warehouse: one JSON object a run. Run ids begin with the UTC time, so that the
order of the names is the order of the runs and listing needs no index."""

from __future__ import annotations

import json
import logging
from collections.abc import Iterable, Iterator

from pydantic import ValidationError

from etl_core.errors import StateError
from etl_core.registry import closest_hint
from etl_core.report.records import RunRecord, TableRecord
from etl_core.storage.protocol import Storage

RUNS = "_strata/runs"
REPORTS = "_strata/reports"
logger = logging.getLogger(__name__)


def run_key(run_id: str) -> str:
    return f"{RUNS}/{run_id}.json"


def report_key(run_id: str) -> str:
    """Where the run's HTML report lies."""
    return f"{REPORTS}/{run_id}.html"


def save(storage: Storage, record: RunRecord) -> str:
    """Write the record, replacing one of the same run; returns its key."""
    key = run_key(record.run_id)
    storage.write(key, record.model_dump_json(indent=1).encode())
    return key


def record_of(storage: Storage, run_id: str) -> RunRecord:
    """The record of one run. Raises StateError if there is none or if it cannot be read."""
    data = storage.read(run_key(run_id))
    if data is None:
        hint = closest_hint(run_id, tuple(list(run_ids(storage))[:20]))
        raise StateError(f"there is no record of run {run_id!r}", hint=hint)
    return _parse(run_key(run_id), data)


def run_ids(storage: Storage) -> list[str]:
    """Ids of all recorded runs, newest first; opens nothing."""
    names = (key.rpartition("/")[2] for key in storage.list(RUNS))
    return sorted((name.removesuffix(".json") for name in names if name.endswith(".json")), reverse=True)


def runs(storage: Storage) -> Iterator[RunRecord]:
    """All runs, newest first, each read when asked for. A record that cannot be read is logged and
    left out: an old or torn one must not hide the others."""
    return _records(storage, needle=b"")


def recent(storage: Storage, limit: int, *, before: str = "") -> list[RunRecord]:
    """The newest `limit` runs, newest first; only those older than run `before` if given."""
    found: list[RunRecord] = []
    for record in runs(storage):
        if len(found) >= limit:
            break
        if not before or record.run_id < before:
            found.append(record)
    return found


def table_history(storage: Storage, table: str, limit: int) -> list[tuple[RunRecord, TableRecord]]:
    """The newest `limit` runs in which `table` took part, newest first, with its part of each."""
    found: list[tuple[RunRecord, TableRecord]] = []
    for record in _records(storage, needle=json.dumps(table).encode()):
        part = next((entry for entry in record.tables if entry.table == table), None)
        if part is not None:
            found.append((record, part))
        if len(found) >= limit:
            break
    return found[:limit]


def latest_of(
    records: Iterable[RunRecord], tables: Iterable[str]
) -> dict[str, tuple[RunRecord, TableRecord]]:
    """Each table's newest part among `records` (newest first); stops as soon as all are found."""
    missing = set(tables)
    found: dict[str, tuple[RunRecord, TableRecord]] = {}
    for record in records:
        for part in record.tables:
            if part.table in missing:
                missing.discard(part.table)
                found[part.table] = (record, part)
        if not missing:
            break
    return found


def _records(storage: Storage, *, needle: bytes) -> Iterator[RunRecord]:
    """Parse only objects that contain `needle`: for one table's history most need no parsing."""
    for run_id in run_ids(storage):
        data = storage.read(run_key(run_id))
        if data is None or needle not in data:  # None: deleted since it was listed
            continue
        try:
            yield _parse(run_key(run_id), data)
        except StateError as error:
            logger.warning("%s", error)


def _parse(key: str, data: bytes) -> RunRecord:
    try:
        return RunRecord.model_validate_json(data)
    except ValidationError as error:
        first = error.errors()[0]
        where = ".".join(str(part) for part in first["loc"]) or "the whole"
        raise StateError(
            f"run record {key} cannot be read: {where}: {first['msg']}",
            hint="it was written by another version of Strata or damaged; delete it to silence this",
        ) from None
