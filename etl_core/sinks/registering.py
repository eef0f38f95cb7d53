"""Tables that the Glue Data Catalog has to be told of: what Strata reads by path, others find by name.

A table is registered when it is made, when its columns change, and looked at again whenever a run begins a
batch, so that an entry that somebody changed or removed is put right. Rows need no word: each format says
in its own files what readers see, but for partitions, which follow a publish.
"""

from __future__ import annotations

import logging
from abc import ABC, abstractmethod
from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING
from urllib.parse import unquote

from etl_core.errors import SinkError
from etl_core.sinks.glue_catalog import GlueCatalog
from etl_core.sinks.glue_entry import Entry, Partition
from etl_core.sinks.protocol import Published, Staging
from etl_core.state.models import TableState

if TYPE_CHECKING:
    from pyspark.sql.types import StructField, StructType

log = logging.getLogger(__name__)


class Registering(ABC):
    """Goes before a table's own classes."""

    def __init__(self, at: object, catalog: GlueCatalog) -> None:
        super().__init__(at)  # type: ignore[call-arg]
        self.catalog = catalog

    @abstractmethod
    def entry(self) -> Entry:
        """The table as it is now."""

    def partition_files(self, entry: Entry) -> Mapping[str, int] | None:
        """Keys of the data files that readers see, with their bytes, of the table as `entry` has it; None
        for a format that needs no partitions in the catalog."""
        return None

    def create(self, schema: StructType) -> None:
        super().create(schema)  # type: ignore[misc]
        self._register()

    def add_columns(self, fields: Sequence[StructField]) -> None:
        super().add_columns(fields)  # type: ignore[misc]
        self._register()

    def widen_columns(self, fields: Sequence[StructField]) -> None:
        super().widen_columns(fields)  # type: ignore[misc]
        self._register()

    def begin(self, run_id: str) -> Staging:
        self._register()
        staging: Staging = super().begin(run_id)  # type: ignore[misc]
        return staging

    def publish(self, staging: Staging, state: TableState) -> Published:
        published: Published = super().publish(staging, state)  # type: ignore[misc]
        try:
            self._set_partitions()
        except SinkError as error:  # readers by path see the batch: to call it failed would undo side tables
            log.warning("%s; the next run that publishes does it again", error)
        return published

    def rollback(self, snapshot: str) -> None:
        super().rollback(snapshot)  # type: ignore[misc]
        self._register()
        self._set_partitions()

    def _register(self) -> None:
        self.catalog.register(self.entry())

    def _set_partitions(self) -> None:
        entry = self.entry()
        files = self.partition_files(entry)
        if files is not None:
            columns = [column.name for column in entry.partitions]
            self.catalog.set_partitions(entry, hive_partitions(entry.location, files, columns))


def hive_partitions(
    root: str, files: Mapping[str, int], columns: Sequence[str]
) -> dict[tuple[str, ...], Partition]:
    """The partitions in which files lie, by their values. `files`: URI -> bytes, all below `root`; a folder
    is called `column=value`, percent-encoded, as Hive has it."""
    sizes: dict[tuple[str, ...], list[int]] = {}
    places: dict[tuple[str, ...], str] = {}
    for uri, size in files.items():
        folders = uri.removeprefix(f"{root}/").split("/")[:-1]
        parts = dict(folder.partition("=")[::2] for folder in folders)
        if all(column in parts for column in columns):
            values = tuple(unquote(parts[column]) for column in columns)
            places[values] = "/".join((root, *folders))
            sizes.setdefault(values, []).append(size)
    return {
        values: Partition(place, len(sizes[values]), sum(sizes[values])) for values, place in places.items()
    }
