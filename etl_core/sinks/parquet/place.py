"""One Parquet table in one Spark session: where it is and what its manifest says."""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import dataclass

from pyspark.sql import DataFrame, SparkSession
from pyspark.sql import functions as F
from pyspark.sql.types import StringType, StructField, StructType

from etl_core.errors import SinkError
from etl_core.names import quote
from etl_core.sinks.parquet.manifest import FOLDER_COLUMN, Manifest, Version, folder_of, load_manifest
from etl_core.sinks.protocol import TargetSpec
from etl_core.storage.protocol import Storage


@dataclass(frozen=True)
class Place:
    spark: SparkSession
    storage: Storage
    spec: TargetSpec
    retention_ms: int  # how long failed batches are kept

    @property
    def name(self) -> str:
        return self.spec.name

    def data_key(self, folder: str = "") -> str:
        """Folder of all batches, or of one."""
        data = f"{folder_of(self.name)}/data"
        return f"{data}/{FOLDER_COLUMN}={folder}" if folder else data

    def manifest(self) -> Manifest:
        """Raises SinkError if the table does not exist."""
        manifest = load_manifest(self.storage, self.name)
        if manifest is None:
            raise SinkError(f"table {self.name} does not exist", hint="the first run creates it")
        return manifest

    def frame(self, manifest: Manifest, names: list[str]) -> DataFrame:
        """The rows of the folders `names` in the table's columns; a column a folder lacks is NULL there.

        The folders are handed over one by one, below one base path, so that Spark lists nothing
        else and takes the rest of each path for the table's own partitions.
        """
        schema = schema_of(manifest)
        if not names:
            return self.spark.createDataFrame([], schema)
        read = StructType([*schema.fields, StructField(FOLDER_COLUMN, StringType())])
        uris = [self.storage.uri(self.data_key(folder)) for folder in names]
        base = self.storage.uri(self.data_key())
        rows = self.spark.read.schema(read).option("basePath", base).parquet(*uris)
        return rows.select(*[F.col(quote(name)) for name in schema.names])


def schema_of(manifest: Manifest) -> StructType:
    return StructType.fromJson(json.loads(manifest.columns))


def folders(versions: Sequence[Version]) -> list[str]:
    """What the versions added; a version may add nothing."""
    return [version.folder for version in versions if version.folder]
