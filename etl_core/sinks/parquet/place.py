"""One Parquet table in one Spark session: where it is and what its manifest says."""

from __future__ import annotations

import json
from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from functools import reduce

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

        Folders are read in the types in which they were written: Spark's reader of Parquet takes no
        int for a bigint.
        """
        schema = schema_of(manifest)
        groups: dict[str, list[str]] = defaultdict(list)
        for name in names:
            groups[manifest.columns_of(name)].append(name)
        frames = [_in(schema, self._read(parsed(text), members)) for text, members in groups.items()]
        return reduce(DataFrame.unionAll, frames) if frames else self.spark.createDataFrame([], schema)

    def _read(self, schema: StructType, names: Sequence[str]) -> DataFrame:
        """The folders are handed over one by one, below one base path, so that Spark lists nothing
        else and takes the rest of each path for the table's own partitions."""
        read = StructType([*schema.fields, StructField(FOLDER_COLUMN, StringType())])
        uris = [self.storage.uri(self.data_key(folder)) for folder in names]
        base = self.storage.uri(self.data_key())
        return self.spark.read.schema(read).option("basePath", base).parquet(*uris)


def schema_of(manifest: Manifest) -> StructType:
    return parsed(manifest.columns)


def parsed(columns: str) -> StructType:
    """From Spark's JSON."""
    return StructType.fromJson(json.loads(columns))


def _in(schema: StructType, rows: DataFrame) -> DataFrame:
    """`rows`, whose types may be narrower and to which columns may be lacking, in `schema`."""
    types = {field.name: field.dataType for field in rows.schema}
    columns = []
    for field in schema:
        column = F.col(quote(field.name)) if field.name in types else F.lit(None)
        same = types.get(field.name) == field.dataType
        columns.append(column if same else column.cast(field.dataType).alias(field.name))
    return rows.select(*columns)


def folders(versions: Sequence[Version]) -> list[str]:
    """What the versions added; a version may add nothing."""
    return [version.folder for version in versions if version.folder]
