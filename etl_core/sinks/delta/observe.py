"""What Delta tables hold now, read from their logs by delta-rs."""

from __future__ import annotations

import json
from collections.abc import Sequence
from typing import Any

from deltalake import DeltaTable
from deltalake.exceptions import DeltaError

from etl_core.config.models.environment import EnvironmentConfig
from etl_core.errors import StateError
from etl_core.plan.observed import ObservedTable
from etl_core.sinks.delta.history import APPLICATION, snapshot_of, state_of
from etl_core.sinks.delta.log import Log, folder_of
from etl_core.sinks.delta.names import is_hidden
from etl_core.sinks.engines import object_store
from etl_core.sinks.observing import OBSERVERS
from etl_core.sinks.sidecar import load_sidecar
from etl_core.sinks.types import simple_name
from etl_core.storage import open_storage
from etl_core.storage.protocol import Storage


def observe(environment: EnvironmentConfig, names: Sequence[str]) -> dict[str, ObservedTable]:
    """Every one of `names`; those without a log do not exist. Raises StateError."""
    storage = open_storage(environment.warehouse)
    return {name: _table(storage, name) for name in names}


def _table(storage: Storage, name: str) -> ObservedTable:
    log = Log(storage, name)
    if not log.exists():
        return ObservedTable()
    try:
        uri = storage.uri(folder_of(name))
        table = DeltaTable(uri, storage_options=object_store(uri))
        files = table.get_add_actions()
        fields = json.loads(table.schema().to_json())["fields"]
    except DeltaError as error:
        raise StateError(
            f"{name}: its log cannot be read: {error}", hint=f"look at {storage.uri(log.folder)}"
        ) from error
    return ObservedTable(
        exists=True,
        snapshot=snapshot_of(log),
        state=state_of(log, name, lambda: load_sidecar(storage, name), lambda: _fence(table)),
        columns=tuple(
            (field["name"], simple_name(field["type"])) for field in fields if not is_hidden(field)
        ),
        rows=_sum(files, "num_records"),
        bytes=_sum(files, "size_bytes"),
    )


def _fence(table: DeltaTable) -> int:
    version = table.transaction_version(APPLICATION)
    return -1 if version is None else version


def _sum(files: Any, column: str) -> int:
    """Without pyarrow, which takes longer to import than all of `plan`."""
    return sum(value or 0 for value in files[column].to_pylist())


OBSERVERS.add("delta", observe)
