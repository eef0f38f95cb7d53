"""One Hudi table in one Spark session: where it is, and Hudi's Java API for what frames cannot say."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from functools import cached_property

from pyspark.sql import DataFrame, SparkSession
from pyspark.sql.types import StructType

from etl_core.errors import SinkError
from etl_core.runtime.jvm import Java, java_class
from etl_core.sinks.hudi.history import columns_of
from etl_core.sinks.hudi.properties import Properties, key_of, load_properties
from etl_core.sinks.hudi.settings import write_settings
from etl_core.sinks.hudi.timeline import Timeline, folder_of, load_timeline
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

    @cached_property
    def path(self) -> str:
        return local_path(self.storage.uri(folder_of(self.name)))

    def exists(self) -> bool:
        return self.storage.read(key_of(self.name)) is not None

    def properties(self) -> Properties:
        """Raises SinkError if the table does not exist."""
        found = load_properties(self.storage, self.name)
        if found is None:
            raise SinkError(f"table {self.name} does not exist", hint="the first run creates it")
        return found

    def timeline(self) -> Timeline:
        return load_timeline(self.storage, self.name)

    def schema(self) -> StructType:
        """The table's own columns."""
        properties = self.properties()
        columns = columns_of(properties, self.timeline())
        own = [field for field in columns["fields"] if field["name"] not in properties.hidden]
        return StructType.fromJson({**columns, "fields": own})

    def load(self, snapshot: str = "") -> DataFrame:
        """The stored rows with Hudi's own columns, as of `snapshot` ("": now)."""
        reader = self.spark.read.format("hudi").option("hoodie.metadata.enable", "false")
        if snapshot:
            reader = reader.option("as.of.instant", snapshot)
        return reader.load(self.path)

    def empty(self, schema: StructType) -> DataFrame:
        return self.spark.createDataFrame([], schema)

    def settings(self, properties: Properties) -> dict[str, str]:
        parallelism = str(self.spark.conf.get("spark.sql.shuffle.partitions"))
        return write_settings(properties, dict(self.spec.properties), parallelism)

    @cached_property
    def hadoop(self) -> Java:
        return hudi("storage.hadoop.HadoopStorageConfiguration")(self.spark._jsc.hadoopConfiguration())

    def meta_client(self) -> Java:
        builder = hudi("common.table.HoodieTableMetaClient").builder()
        return builder.setConf(self.hadoop).setBasePath(self.path).build()

    @contextmanager
    def client(self) -> Iterator[Java]:
        """A write client, for what is no write: rolling back and restoring."""
        properties = java_class("java.util.Properties")()
        for key, value in self.settings(self.properties()).items():
            properties.setProperty(key, value)
        config = hudi("config.HoodieWriteConfig").newBuilder().withPath(self.path).withProps(properties)
        context = hudi("client.common.HoodieSparkEngineContext")(self.spark._jsc)
        client = hudi("client.SparkRDDWriteClient")(context, config.build())
        try:
            yield client
        finally:
            client.close()


def hudi(name: str) -> Java:
    """A class of Hudi's, by its name below `org.apache.hudi`."""
    return java_class(f"org.apache.hudi.{name}")


def local_path(uri: str) -> str:
    """Without a scheme where it is local, as Hudi names its files."""
    return uri.removeprefix("file://")
