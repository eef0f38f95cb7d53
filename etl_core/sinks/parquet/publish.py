"""Batches of a Parquet table: begun as a folder, published by the manifest, or given up."""

from __future__ import annotations

import json
import time
from collections.abc import Iterator
from itertools import count

from etl_core.errors import PublishError
from etl_core.runtime.jvm import java_class
from etl_core.sinks.parquet.manifest import (
    FOLDER_COLUMN,
    KEPT_VERSIONS,
    Manifest,
    Version,
    folder_of,
    save_manifest,
)
from etl_core.sinks.parquet.place import Place
from etl_core.sinks.parquet.staged import StagedBatch
from etl_core.sinks.protocol import Published, Staging
from etl_core.state.models import TableState


class ParquetPublisher:
    """The Publisher half of a Parquet table."""

    at: Place
    staged: dict[str, StagedBatch]

    def begin(self, run_id: str) -> Staging:
        """A run that publishes twice gets a second folder: the first is live."""
        manifest = self.at.manifest()
        taken = {version.folder for version in manifest.versions}
        folder = next(name for name in _names(run_id) if name not in taken)
        self.at.storage.delete(self.at.data_key(folder))
        return Staging(run_id, folder, base=str(manifest.current.number) if manifest.current else "")

    def publish(self, staging: Staging, state: TableState) -> Published:
        manifest = self.at.manifest()
        self._refuse_moved(manifest, staging)
        batch = self.staged.pop(staging.ref, None)
        version = Version(
            number=max(int(staging.base or 0), manifest.last) + 1,
            operation=batch.operation if batch else "append",
            run_id=staging.run_id,
            at=state.at,
            folder=staging.ref if batch else "",
            rows=batch.rows if batch else 0,
            bytes=self._bytes(staging.ref) if batch else 0,
            state=state,
        )
        published = manifest.published(version)
        save_manifest(self.at.storage, self.at.name, published)
        kept = {v.folder for v in published.versions}
        for old in {v.folder for v in manifest.versions if v.folder} - kept:
            self.at.storage.delete(self.at.data_key(old))
        return Published(str(version.number), version.rows)

    def rollback(self, snapshot: str) -> None:
        manifest = self.at.manifest()
        kept = tuple(version for version in manifest.versions if version.number <= int(snapshot))
        if not kept or str(kept[-1].number) != snapshot or kept[-1].state is None:
            raise PublishError(
                f"{self.at.name}: version {snapshot} is not kept any more",
                hint=f"a Parquet table keeps its last {KEPT_VERSIONS} versions",
            )
        save_manifest(self.at.storage, self.at.name, manifest.model_copy(update={"versions": kept}))
        live = {version.folder for version in kept}
        for version in manifest.versions:
            if version.folder and version.folder not in live:
                self.at.storage.delete(self.at.data_key(version.folder))

    def discard(self, staging: Staging, *, keep: bool) -> None:
        self.staged.pop(staging.ref, None)
        if staging.ref in {version.folder for version in self.at.manifest().versions}:
            return  # published after all: only the answer was lost
        if keep:
            mark = json.dumps({"run_id": staging.run_id, "failed_at": time.time()})
            self.at.storage.write(self._mark(staging.ref), mark.encode())
        else:
            self.at.storage.delete(self.at.data_key(staging.ref))

    def drop_leftovers(self) -> tuple[str, ...]:
        manifest = self.at.manifest()
        live = {version.folder for version in manifest.versions}
        dead = []
        for folder in self._folders() - live:
            mark = self.at.storage.read(self._mark(folder))
            if mark is None:
                dead.append(folder)
            elif json.loads(mark)["failed_at"] * 1000 > time.time() * 1000 - self.at.retention_ms:
                continue
            self.at.storage.delete(self.at.data_key(folder))
            self.at.storage.delete(self._mark(folder))
        return tuple(sorted(folder.partition("~")[0] for folder in dead))

    def delete_run(self, run_id: str) -> None:
        """Every folder holds the rows of one run, so that its folders are what has to go."""
        manifest = self.at.manifest()
        mine = [version for version in manifest.versions if version.run_id == run_id]
        if mine:
            rest = tuple(version for version in manifest.versions if version.run_id != run_id)
            save_manifest(self.at.storage, self.at.name, manifest.model_copy(update={"versions": rest}))
        for version in mine:
            if version.folder:
                self.at.storage.delete(self.at.data_key(version.folder))

    def _refuse_moved(self, manifest: Manifest, staging: Staging) -> None:
        now = str(manifest.current.number) if manifest.current else ""
        if now != staging.base:
            by = manifest.current.run_id if manifest.current else "nobody"
            raise PublishError(
                f"{self.at.name}: run {staging.run_id} was superseded by run {by}",
                hint="nothing is lost: the next run continues from what that run published",
            )

    def _folders(self) -> set[str]:
        """Folders of all batches, published or not."""
        prefix = f"{self.at.data_key()}/{FOLDER_COLUMN}="
        keys = self.at.storage.list(self.at.data_key())
        return {key.removeprefix(prefix).partition("/")[0] for key in keys if key.startswith(prefix)}

    def _mark(self, folder: str) -> str:
        return f"{folder_of(self.at.name)}/_strata_failed/{folder}.json"

    def _bytes(self, folder: str) -> int:
        spark = self.at.spark
        uri = self.at.storage.uri(self.at.data_key(folder))
        path = java_class("org.apache.hadoop.fs.Path")(uri)
        files = path.getFileSystem(spark._jsc.hadoopConfiguration())
        return int(files.getContentSummary(path).getLength())


def _names(run_id: str) -> Iterator[str]:
    """`run`, `run~2`, `run~3`, ..."""
    yield run_id
    yield from (f"{run_id}~{number}" for number in count(2))
