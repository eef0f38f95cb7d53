"""Iceberg's Java API through py4j: what Spark SQL has no words for (branches, stamps, tags)."""

from __future__ import annotations

import json
from dataclasses import dataclass
from functools import cached_property

from pyspark.sql import SparkSession
from pyspark.sql.types import StructType

from etl_core.names import quote_table, split_table
from etl_core.runtime.jvm import Java, java_class, sql_class
from etl_core.sinks.iceberg.catalog import CATALOG
from etl_core.sinks.java import java_errors
from etl_core.sinks.protocol import TargetSpec


@dataclass(frozen=True)
class Handle:
    """One table of the catalog in one Spark session."""

    spark: SparkSession
    spec: TargetSpec
    retention_ms: int  # how long failed batches are kept

    @property
    def name(self) -> str:
        return self.spec.name

    def identifier(self, branch: str = "") -> str:
        """For Spark SQL, quoted; with `branch` that branch's line instead of what readers see."""
        parts = [CATALOG, *split_table(self.name)]
        return quote_table(*parts, f"branch_{branch}") if branch else quote_table(*parts)

    @cached_property
    def catalog(self) -> Java:
        """The session's catalog. Spark loads it on first use with the settings of whichever session is
        active in the thread, so this one has to be."""
        sql_class("SparkSession").setActiveSession(self.spark._jsparkSession)
        return iceberg("spark.Spark3Util").loadIcebergCatalog(self.spark._jsparkSession, CATALOG)

    @cached_property
    def java_name(self) -> Java:
        return iceberg("catalog.TableIdentifier").parse(self.name)

    def exists(self) -> bool:
        return bool(self.catalog.tableExists(self.java_name))

    def load(self) -> Java:
        """The table as it is now. Raises SinkError if there is none."""
        with java_errors(f"{self.name} cannot be loaded"):
            return self.catalog.loadTable(self.java_name)

    def columns(self) -> list[str]:
        """Names of the table's columns, in its order."""
        text = iceberg("SchemaParser").toJson(self.load().schema())
        return [field["name"] for field in json.loads(text)["fields"]]

    def refs(self, table: Java) -> set[str]:
        """Names of the table's branches and tags."""
        return set(java_class("java.lang.String").join("\n", table.refs().keySet()).splitlines())

    def snapshot_json(self, snapshot: Java) -> str:
        return str(iceberg("SnapshotParser").toJson(snapshot))

    def schema_of(self, struct: StructType) -> Java:
        """A Spark schema as an Iceberg one, with new field ids."""
        java = java_class("org.apache.spark.sql.types.DataType").fromJson(struct.json())
        return iceberg("spark.SparkSchemaUtil").convert(java)


def iceberg(name: str) -> Java:
    """A class of Iceberg's, by its name below `org.apache.iceberg`."""
    return java_class(f"org.apache.iceberg.{name}")
