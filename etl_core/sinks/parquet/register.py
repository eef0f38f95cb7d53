"""The entry of a Parquet table in the Glue Data Catalog."""

from __future__ import annotations

from collections.abc import Mapping

from etl_core.names import split_table
from etl_core.sinks.glue_entry import Classes, Column, Entry, columns_of
from etl_core.sinks.parquet.manifest import FOLDER_COLUMN
from etl_core.sinks.parquet.place import folders, schema_of
from etl_core.sinks.parquet.table import ParquetTable
from etl_core.sinks.registering import Registering

CLASSES = Classes(
    input="org.apache.hadoop.hive.ql.io.parquet.MapredParquetInputFormat",
    output="org.apache.hadoop.hive.ql.io.parquet.MapredParquetOutputFormat",
    serde="org.apache.hadoop.hive.ql.io.parquet.serde.ParquetHiveSerDe",
)


class GlueParquet(Registering, ParquetTable):
    """A Parquet table that the Glue Data Catalog knows: every folder of the manifest is a partition, so
    that others see what is published and nothing else."""

    def entry(self) -> Entry:
        manifest = self.at.manifest()
        fields = [(field.name, field.dataType.simpleString()) for field in schema_of(manifest).fields]
        cut = {name.lower() for name in manifest.partition_by}
        return Entry(
            spec=self.at.spec,
            layer_location=self.at.storage.uri(split_table(self.at.name)[0]),
            location=self.at.storage.uri(self.at.data_key()),
            columns=columns_of(((n, kind) for n, kind in fields if n.lower() not in cut), self.at.spec),
            classes=CLASSES,
            partitions=(
                Column(FOLDER_COLUMN, "string"),
                *columns_of(((n, kind) for n, kind in fields if n.lower() in cut), self.at.spec),
            ),
            parameters={"classification": "parquet"},
        )

    def partition_files(self, entry: Entry) -> Mapping[str, int] | None:
        manifest, storage = self.at.manifest(), self.at.storage
        current = manifest.current
        live = folders(manifest.live(current.number)) if current else []
        return {
            storage.uri(key): size
            for name in live
            for key, size in storage.sizes(self.at.data_key(name)).items()
            if key.endswith(".parquet")
        }
