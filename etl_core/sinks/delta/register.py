"""The entry of a Delta table in the Glue Data Catalog."""

from __future__ import annotations

from etl_core.names import split_table
from etl_core.runtime.jvm import java_class
from etl_core.sinks.delta.handle import Handle
from etl_core.sinks.delta.table import DeltaTable
from etl_core.sinks.glue_entry import Classes, Entry, columns_of
from etl_core.sinks.registering import Registering

# As Glue's crawler registers "native" Delta tables: readers go by `table_type` or the provider to the log,
# and never open files by these classes.
CLASSES = Classes(
    input="org.apache.hadoop.mapred.SequenceFileInputFormat",
    output="org.apache.hadoop.hive.ql.io.HiveSequenceFileOutputFormat",
    serde="org.apache.hadoop.hive.serde2.lazy.LazySimpleSerDe",
)
PARAMETERS = {"table_type": "DELTA", "spark.sql.sources.provider": "delta"}


class GlueDelta(Registering, DeltaTable):
    """A Delta table that the Glue Data Catalog knows with all its columns: Spark alone would leave one."""

    def entry(self) -> Entry:
        fields = [(field.name, field.dataType.simpleString()) for field in self.at.schema().fields]
        cut = partition_columns(self.at)
        return Entry(
            spec=self.at.spec,
            layer_location=self.at.storage.uri(split_table(self.at.name)[0]),
            location=self.at.storage.uri(self.at.folder),
            columns=columns_of(((n, kind) for n, kind in fields if n not in cut), self.at.spec),
            classes=CLASSES,
            partitions=columns_of(((n, kind) for n, kind in fields if n in cut), self.at.spec),
            parameters=PARAMETERS,
        )


def partition_columns(at: Handle) -> set[str]:
    names = at.latest().metadata().partitionColumns()
    return set(java_class("scala.collection.JavaConverters").seqAsJavaList(names))
