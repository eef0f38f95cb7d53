"""Rows of a Delta table by delta-rs, a batch of Arrow at a time."""

from __future__ import annotations

import json
from collections.abc import Iterator
from itertools import islice
from typing import Any

import pyarrow as pa
from deltalake import DeltaTable, QueryBuilder

from etl_core.config.models.environment import EnvironmentConfig
from etl_core.sinks.condition import arrow_condition
from etl_core.sinks.delta.log import Log, folder_of
from etl_core.sinks.delta.names import is_hidden
from etl_core.sinks.engines import object_store
from etl_core.sinks.scanning import SCANNERS, Rows, Wanted, visible
from etl_core.storage import open_storage


def scan(environment: EnvironmentConfig, name: str, wanted: Wanted) -> Rows | None:
    """As `scanning.Scanner` says.

    By delta-rs's query engine: its Arrow dataset reads columns that have another name in the files
    (column mapping) as NULL.
    """
    storage = open_storage(environment.warehouse)
    if not Log(storage, name).exists():
        return None
    uri = storage.uri(folder_of(name))
    table = DeltaTable(uri, storage_options=object_store(uri))
    fields = json.loads(table.schema().to_json())["fields"]
    own = [field["name"] for field in fields if not is_hidden(field)]
    columns = visible(own, all_columns=wanted.all_columns, only=wanted.columns)
    arrow = pa.schema(table.schema().to_arrow())
    schema = pa.schema([arrow.field(name) for name in own])
    condition = arrow_condition(wanted.where, schema)
    listed = ", ".join(_quote(name) for name in own)
    found = QueryBuilder().register("t", table).execute(f"SELECT {listed} FROM t")  # noqa: S608
    batches = (pa.Table.from_batches([pa.record_batch(batch)]).cast(schema) for batch in found)
    return Rows(columns, islice(_rows(batches, columns, condition), wanted.limit))


def _rows(batches: Iterator[Any], columns: tuple[str, ...], condition: Any) -> Iterator[dict[str, object]]:
    """The engine's views of texts are cast before: pyarrow cannot filter those."""
    for batch in batches:
        found = batch if condition is None else batch.filter(condition)
        yield from found.select(list(columns)).to_pylist()


def _quote(column: str) -> str:
    return '"' + column.replace('"', '""') + '"'


SCANNERS.add("delta", scan)
