"""The entry of a Hudi table in the Glue Data Catalog."""

from __future__ import annotations

from collections.abc import Mapping

from etl_core.names import split_table
from etl_core.sinks.glue_entry import Classes, Column, Entry, columns_of
from etl_core.sinks.hudi.files import visible_files
from etl_core.sinks.hudi.table import HudiTable
from etl_core.sinks.hudi.timeline import folder_of
from etl_core.sinks.registering import Registering

# As Hudi's own sync registers tables (HiveSyncTool, AwsGlueCatalogSyncTool); a merge-on-read table so that
# readers see what was merged.
_INPUT = {
    False: "org.apache.hudi.hadoop.HoodieParquetInputFormat",
    True: "org.apache.hudi.hadoop.realtime.HoodieParquetRealtimeInputFormat",
}
_OUTPUT = "org.apache.hadoop.hive.ql.io.parquet.MapredParquetOutputFormat"
_SERDE = "org.apache.hadoop.hive.ql.io.parquet.serde.ParquetHiveSerDe"
PARAMETERS = {"spark.sql.sources.provider": "hudi"}
# Hudi's own columns, in every file, which its readers expect in the catalog
META_COLUMNS = tuple(
    Column(f"_hoodie_{name}", "string")
    for name in ("commit_time", "commit_seqno", "record_key", "partition_path", "file_name")
)


class GlueHudi(Registering, HudiTable):
    """A Hudi table that the Glue Data Catalog knows, with its partitions: Athena takes them from there."""

    def entry(self) -> Entry:
        properties = self.at.properties()
        fields = ((field.name, field.dataType.simpleString()) for field in self.at.schema().fields)
        return Entry(
            spec=self.at.spec,
            layer_location=self.at.storage.uri(split_table(self.at.name)[0]),
            location=self.at.storage.uri(folder_of(self.at.name)),
            columns=(*META_COLUMNS, *columns_of(fields, self.at.spec)),
            classes=Classes(_INPUT[properties.merge_on_read], _OUTPUT, _SERDE),
            partitions=tuple(Column(name, "string") for name in properties.partitions),
            parameters=PARAMETERS,
        )

    def partition_files(self, entry: Entry) -> Mapping[str, int] | None:
        if not entry.partitions:
            return None
        files = visible_files(self.at.storage, self.at.name, self.at.timeline())
        return {self.at.storage.uri(key): size for key, size in files.items()}
