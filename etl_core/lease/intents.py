"""`_strata/intents/<table>/<run_id>.json`: this run may have written side rows and not yet published.

Written before the first side row, removed after the publish. Only the holder of the table's lease
asks, so an intent it finds belongs to itself or to a run that died.
"""

from __future__ import annotations

import json
from datetime import UTC, datetime

from etl_core.names import SYSTEM_NAMESPACE
from etl_core.storage.protocol import Storage


def add_intent(storage: Storage, table: str, run_id: str) -> None:
    if storage.read(_key(table, run_id)) is None:
        body = {"table": table, "run_id": run_id, "at": datetime.now(UTC).isoformat()}
        storage.write(_key(table, run_id), json.dumps(body).encode())


def remove_intent(storage: Storage, table: str, run_id: str) -> None:
    storage.delete(_key(table, run_id))


def open_intents(storage: Storage, table: str) -> tuple[str, ...]:
    """Run ids with an intent on `table`, oldest name first."""
    keys = storage.list(f"{SYSTEM_NAMESPACE}/intents/{table}")
    return tuple(key.rpartition("/")[2].removesuffix(".json") for key in keys)


def _key(table: str, run_id: str) -> str:
    return f"{SYSTEM_NAMESPACE}/intents/{table}/{run_id}.json"
