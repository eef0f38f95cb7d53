"""Rows of a Parquet table by pyarrow, a batch at a time."""

from __future__ import annotations

import json
from collections.abc import Sequence
from itertools import islice
from typing import Any

import pyarrow as pa
import pyarrow.dataset as ds

from etl_core.config.models.environment import EnvironmentConfig
from etl_core.sinks.condition import arrow_condition
from etl_core.sinks.engines import arrow_place
from etl_core.sinks.parquet.manifest import FOLDER_COLUMN, Manifest, folder_of, load_manifest
from etl_core.sinks.scanning import SCANNERS, Rows, Wanted, visible
from etl_core.storage import open_storage
from etl_core.storage.protocol import Storage

# Spark's names of the types a column may have that stands in a path, or that files write otherwise.
_TYPES = {
    "string": pa.string(),
    "boolean": pa.bool_(),
    "byte": pa.int8(),
    "short": pa.int16(),
    "integer": pa.int32(),
    "long": pa.int64(),
    "float": pa.float32(),
    "double": pa.float64(),
    "date": pa.date32(),
    "timestamp": pa.timestamp("us", "UTC"),
}


def scan(environment: EnvironmentConfig, name: str, wanted: Wanted) -> Rows | None:
    """As `scanning.Scanner` says."""
    storage = open_storage(environment.warehouse)
    manifest = load_manifest(storage, name)
    if manifest is None:
        return None
    data = _dataset(storage, name, manifest)
    columns = visible(data.schema.names, all_columns=wanted.all_columns, only=wanted.columns)
    batches = data.to_batches(columns=list(columns), filter=arrow_condition(wanted.where, data.schema))
    rows = (row for batch in batches for row in batch.to_pylist())
    return Rows(columns, islice(rows, wanted.limit))


def _dataset(storage: Storage, name: str, manifest: Manifest) -> Any:
    """The files of the live folders in the table's columns; those a file lacks are NULL there."""
    live = manifest.live(manifest.current.number) if manifest.current else ()
    data = f"{folder_of(name)}/data"
    folders = [f"{data}/{FOLDER_COLUMN}={version.folder}" for version in live if version.folder]
    keys = [key for folder in folders for key in storage.list(folder) if key.endswith(".parquet")]
    files, root = arrow_place(storage.uri(data))
    paths = [root + key.removeprefix(data) for key in keys]
    schema = _schema(manifest, files, paths)
    in_path = pa.schema([schema.field(column) for column in manifest.partition_by])
    layout = ds.partitioning(in_path, flavor="hive")
    return ds.dataset(paths, filesystem=files, schema=schema, format="parquet", partitioning=layout)


def _schema(manifest: Manifest, files: Any, paths: Sequence[str]) -> Any:
    """Types as the files have them, where there are files; Spark writes timestamps as INT96 in UTC."""
    schemas = [pa.schema([]), *(ds.dataset(path, filesystem=files).schema for path in paths)]
    written = pa.unify_schemas(schemas, promote_options="permissive")
    fields = []
    for field in json.loads(manifest.columns)["fields"]:
        kind = field["type"] if isinstance(field["type"], str) else ""
        found = written.field(field["name"]).type if field["name"] in written.names else pa.null()
        fields.append(pa.field(field["name"], _TYPES.get(kind, found)))
    return pa.schema(fields)


SCANNERS.add("parquet", scan)
