"""Rows of a Hudi table by hudi-rs, a batch of Arrow at a time; log files of merge-on-read included."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import islice

import pyarrow as pa

from etl_core.config.models.environment import EnvironmentConfig
from etl_core.errors import SourceError
from etl_core.sinks.condition import arrow_condition
from etl_core.sinks.engines import object_store
from etl_core.sinks.hudi.properties import load_properties
from etl_core.sinks.hudi.timeline import folder_of, load_timeline
from etl_core.sinks.scanning import SCANNERS, Rows, Wanted, visible
from etl_core.storage import open_storage


def scan(environment: EnvironmentConfig, name: str, wanted: Wanted) -> Rows | None:
    """As `scanning.Scanner` says."""
    storage = open_storage(environment.warehouse)
    properties = load_properties(storage, name)
    if properties is None:
        return None
    from hudi import HudiReadOptions, HudiTableBuilder  # not there with a profile that has no Hudi

    uri = storage.uri(folder_of(name))
    table = HudiTableBuilder.from_base_uri(uri).with_storage_options(object_store(uri)).build()
    schema = table.get_schema()
    own = [column for column in schema.names if column not in properties.hidden]
    columns = visible(own, all_columns=wanted.all_columns, only=wanted.columns)
    keep = arrow_condition(wanted.where, schema)
    if not load_timeline(storage, name).commits:
        return Rows(columns)
    batches = table.read_stream(HudiReadOptions())
    return Rows(columns, islice(_rows(name, batches, columns, keep), wanted.limit))


def _rows(
    name: str, batches: Iterator[pa.RecordBatch], columns: tuple[str, ...], keep: object
) -> Iterator[dict[str, object]]:
    """Raises SourceError for log files hudi-rs (0.5.0) cannot merge: those with a timestamp in a struct, as
    `_strata_seq` has it where `sequence_by` names one."""
    try:
        for batch in batches:
            table = pa.Table.from_batches([batch])
            yield from (table if keep is None else table.filter(keep)).select(list(columns)).to_pylist()
    except Exception as error:
        if type(error).__name__ != "HudiCoreError":  # hudi-rs exports no name for it
            raise
        raise SourceError(
            f"{name} cannot be read without Spark: {error}",
            hint="log files of a merge-on-read table are merged by the next compaction: "
            "lower hoodie.compact.inline.max.delta.commits, or read it with Spark",
        ) from error


SCANNERS.add("hudi", scan)
