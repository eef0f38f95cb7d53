"""Reading a Parquet table: rows, versions and state."""

from __future__ import annotations

from collections.abc import Iterator

from pyspark.sql import DataFrame
from pyspark.sql.types import StructType

from etl_core.errors import SinkError
from etl_core.sinks.commits import Commit
from etl_core.sinks.parquet.manifest import Manifest, Version, load_manifest
from etl_core.sinks.parquet.place import Place, folders, schema_of
from etl_core.state.models import TableState


class ParquetReader:
    """The Reader half of a Parquet table. A snapshot is a version number."""

    at: Place

    def exists(self) -> bool:
        return load_manifest(self.at.storage, self.at.name) is not None

    def schema(self) -> StructType:
        return schema_of(self.at.manifest())

    def snapshot(self) -> str:
        current = self.at.manifest().current
        return str(current.number) if current else ""

    def state(self) -> TableState | None:
        current = self.at.manifest().current
        return current.state if current else None

    def stamps(self) -> Iterator[tuple[str, TableState]]:
        for version in reversed(self.at.manifest().versions):
            if version.state is not None:
                yield str(version.number), version.state

    def commits(self, since: str) -> list[Commit] | None:
        versions = self.at.manifest().versions
        start = int(since) if since else 0
        numbers = [version.number for version in versions]
        # the first one kept overwrote all before it, or there was none
        if start not in numbers and numbers[:1] != [start + 1] and (start or numbers):
            return None
        return [Commit(str(v.number), v.operation, v.run_id) for v in versions if v.number > start]

    def read(self, snapshot: str = "") -> DataFrame:
        manifest = self.at.manifest()
        return self.at.frame(manifest, folders(self._live(manifest, snapshot)))

    def read_appended(self, since: str, until: str) -> DataFrame:
        manifest = self.at.manifest()
        start = int(since) if since else 0
        return self.at.frame(manifest, folders([v for v in self._live(manifest, until) if v.number > start]))

    def _live(self, manifest: Manifest, snapshot: str) -> list[Version]:
        if not manifest.versions:
            return []
        number = int(snapshot) if snapshot else manifest.versions[-1].number
        live = manifest.live(number)
        if not live or live[-1].number != number:
            raise SinkError(
                f"{self.at.name}: version {number} is no longer kept",
                hint=f"kept: {manifest.versions[0].number} to {manifest.versions[-1].number}",
            )
        return list(live)
