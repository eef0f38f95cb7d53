"""Writing a batch into a folder of its own, which no reader looks at before it is published."""

from __future__ import annotations

from pyspark.errors import PySparkException
from pyspark.sql import DataFrame

from etl_core.errors import SinkError
from etl_core.sinks.conform import conformed, refuse_unknown
from etl_core.sinks.parquet.place import Place, folders, schema_of
from etl_core.sinks.parquet.staged import StagedBatch
from etl_core.sinks.protocol import Staging, When


class ParquetWriter:
    """The Writer half of a Parquet table."""

    at: Place
    staged: dict[str, StagedBatch]

    def append(self, staging: Staging, rows: DataFrame) -> int:
        return self._write(staging, rows, StagedBatch("append"))

    def overwrite(self, staging: Staging, rows: DataFrame) -> int:
        return self._write(staging, rows, StagedBatch("overwrite"))

    def overwrite_partitions(self, staging: Staging, rows: DataFrame) -> int:
        raise self._cannot("replace single partitions")

    def apply(self, staging: Staging, winners: DataFrame, *, when: When = "newer") -> int:
        raise self._cannot("change single rows")

    def added(self, staging: Staging) -> DataFrame:
        return self.at.frame(self.at.manifest(), [staging.ref])

    def candidate(self, staging: Staging) -> DataFrame:
        manifest = self.at.manifest()
        batch = self.staged.get(staging.ref)
        if batch is None:
            return self.at.frame(manifest, folders(manifest.live(int(staging.base or 0))))
        held = manifest.live(int(staging.base or 0)) if batch.operation == "append" else ()
        return self.at.frame(manifest, [*folders(held), staging.ref])

    def _cannot(self, what: str) -> SinkError:
        return SinkError(f"{self.at.name}: a Parquet folder has no way to {what}", hint="use format: iceberg")

    def _write(self, staging: Staging, rows: DataFrame, batch: StagedBatch) -> int:
        """A batch without rows is a folder without files, which is read as such."""
        manifest = self.at.manifest()
        path = self.at.storage.uri(self.at.data_key(staging.ref))
        try:
            schema = schema_of(manifest)
            refuse_unknown(self.at.name, rows, schema.names)
            writer = conformed(rows, schema).write.mode("overwrite")
            writer.option("compression", "zstd").partitionBy(*manifest.partition_by).parquet(path)
            count = self.at.frame(manifest, [staging.ref]).count()  # from the files' footers
        except PySparkException as error:
            text = str(error).partition("\n\nJVM stacktrace")[0].strip()
            raise SinkError(f"{batch.operation} to {self.at.name} failed: {text}") from error
        self.staged[staging.ref] = StagedBatch(batch.operation, count)
        return count
