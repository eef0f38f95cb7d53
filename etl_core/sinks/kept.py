"""Failed batches, kept for inspection: for formats that stage nothing where readers could look at it.

The rows are Parquet in `_strata/failed/<table>/<run id>/` of the warehouse.
"""

from __future__ import annotations

import json
import time

from pyspark.sql import DataFrame

from etl_core.sinks.java import java_errors
from etl_core.storage.protocol import Storage


def failed_key(table: str, run_id: str = "") -> str:
    folder = f"_strata/failed/{table}"
    return f"{folder}/{run_id}" if run_id else folder


def keep_rows(storage: Storage, table: str, run_id: str, rows: DataFrame) -> None:
    key = failed_key(table, run_id)
    with java_errors(f"{table}: the failed batch of run {run_id} cannot be kept"):
        rows.write.mode("overwrite").parquet(storage.uri(key))
    storage.write(f"{key}.json", json.dumps({"run_id": run_id, "failed_at": time.time()}).encode())


def drop_kept(storage: Storage, table: str, retention_ms: int) -> None:
    """Those that failed longer ago than that."""
    for key in storage.list(failed_key(table)):
        content = storage.read(key) if key.endswith(".json") else None
        if content and json.loads(content)["failed_at"] * 1000 <= time.time() * 1000 - retention_ms:
            storage.delete(key.removesuffix(".json"))
            storage.delete(key)
