"""Iceberg's Java API through py4j: what Spark SQL has no words for (branches, stamps, tags)."""

from __future__ import annotations

import json
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from functools import cached_property
from typing import Any

from py4j.protocol import Py4JJavaError
from pyspark.errors import PySparkException
from pyspark.sql import SparkSession
from pyspark.sql.types import StructType

from etl_core.errors import EtlError, SinkError
from etl_core.names import quote_table, split_table
from etl_core.sinks.iceberg.catalog import CATALOG
from etl_core.sinks.protocol import TargetSpec

Java = Any  # a py4j proxy; it has no types that mypy could know


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
    def api(self) -> Java:
        """The package `org.apache.iceberg` in the JVM."""
        return self.spark._jvm.org.apache.iceberg  # type: ignore[union-attr]

    @cached_property
    def catalog(self) -> Java:
        """The session's catalog. Spark loads it on first use with the settings of whichever session is
        active in the thread, so this one has to be."""
        self.spark._jvm.SparkSession.setActiveSession(self.spark._jsparkSession)  # type: ignore[union-attr]
        return self.api.spark.Spark3Util.loadIcebergCatalog(self.spark._jsparkSession, CATALOG)

    @cached_property
    def java_name(self) -> Java:
        return self.api.catalog.TableIdentifier.parse(self.name)

    def exists(self) -> bool:
        return bool(self.catalog.tableExists(self.java_name))

    def load(self) -> Java:
        """The table as it is now. Raises SinkError if there is none."""
        with java_errors(f"{self.name} cannot be loaded"):
            return self.catalog.loadTable(self.java_name)

    def columns(self) -> list[str]:
        """Names of the table's columns, in its order."""
        text = self._schema_parser.toJson(self.load().schema())
        return [field["name"] for field in json.loads(text)["fields"]]

    def refs(self, table: Java) -> set[str]:
        """Names of the table's branches and tags."""
        return set(self._string.join("\n", table.refs().keySet()).splitlines())

    def snapshot_json(self, snapshot: Java) -> str:
        return str(self._snapshot_parser.toJson(snapshot))

    # Each step of a dotted Java name asks the JVM, so the classes in use are looked up once.
    @cached_property
    def _snapshot_parser(self) -> Java:
        return self.api.SnapshotParser

    @cached_property
    def _schema_parser(self) -> Java:
        return self.api.SchemaParser

    @cached_property
    def _string(self) -> Java:
        return self.spark._jvm.java.lang.String  # type: ignore[union-attr]

    def schema_of(self, struct: StructType) -> Java:
        """A Spark schema as an Iceberg one, with new field ids."""
        java = self.spark._jvm.org.apache.spark.sql.types.DataType.fromJson(struct.json())  # type: ignore[union-attr]
        return self.api.spark.SparkSchemaUtil.convert(java)


@contextmanager
def java_errors(what: str, kind: type[EtlError] = SinkError) -> Iterator[None]:
    """Turn Java and Spark errors into `kind`, keeping the messages of the whole chain of causes."""
    try:
        yield
    except (Py4JJavaError, PySparkException) as error:
        raise kind(f"{what}: {messages(error)}") from error


def java_class(error: Py4JJavaError | PySparkException) -> str:
    """Simple name of the Java exception; PySpark's own classes are called like Java's."""
    if isinstance(error, PySparkException):
        return type(error).__name__
    return str(error.java_exception.getClass().getSimpleName())


def messages(error: Exception) -> str:
    """First lines along the chain of causes, without the stack traces that Spark puts in messages."""
    if not isinstance(error, Py4JJavaError):
        return str(error).partition("\n\nJVM stacktrace")[0].strip()
    found: list[str] = []
    cause = error.java_exception
    while cause is not None:
        line = str(cause.getMessage() or java_class(error)).strip().partition("\n")[0]
        if line not in found:
            found.append(line)
        cause = cause.getCause()
    return "; ".join(found)
