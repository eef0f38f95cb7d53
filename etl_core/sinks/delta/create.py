"""Creating and widening Delta tables."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from py4j.protocol import Py4JJavaError
from pyspark.errors import PySparkException
from pyspark.sql import DataFrame
from pyspark.sql import functions as F
from pyspark.sql.types import StructField, StructType

from etl_core.errors import SinkError
from etl_core.names import literal, quote
from etl_core.runtime.jvm import Java, java_class
from etl_core.sinks.conform import conformed
from etl_core.sinks.delta.commands import commit, write_files
from etl_core.sinks.delta.handle import Handle, java_schema, stored_schema
from etl_core.sinks.delta.layout import MAPPING, hidden_columns, needs_mapping, stored_columns
from etl_core.sinks.java import java_errors
from etl_core.sinks.protocol import TargetSpec


class DeltaCreator:
    """The Creator half of a Delta table."""

    at: Handle

    def create(self, schema: StructType) -> None:
        """Raises SinkError where the folder holds files that are no Delta table."""
        if self.at.log.exists():
            return
        self._refuse_other_files()
        spec = self.at.spec
        stored, partitions = stored_columns(schema, spec.partition_by, dict(spec.column_comments))
        mapping = {MAPPING: "name"} if self._needs_mapping(stored.fields) else {}
        builder = java_class("io.delta.tables.DeltaTable").createIfNotExists(self.at.spark._jsparkSession)
        builder = builder.location(self.at.uri).addColumns(java_schema(stored))
        builder = builder.partitionedBy(_strings(self.at, partitions)).comment(spec.description)
        for key, value in {**_merging(spec), **mapping, **dict(spec.properties)}.items():
            builder = builder.property(key, value)
        with java_errors(f"{self.at.name} cannot be created"):
            self._unless_there(builder)

    def add_columns(self, fields: Sequence[StructField]) -> None:
        """Those the table lacks, at its end; visible to readers at once, as NULL."""
        held = stored_schema(self.at.latest())
        known = {name.lower() for name in held.names}
        new = [field for field in fields if field.name.lower() not in known]
        if not new:
            return
        comments = dict(self.at.spec.column_comments)
        columns = ", ".join(_declared(field, comments.get(field.name)) for field in new)
        alter = f"ALTER TABLE {self.at.identifier}"
        with java_errors(f"{self.at.name}: columns cannot be added"):
            if self._needs_mapping(new) and not needs_mapping(held.fields):
                self.at.spark.sql(f"{alter} SET TBLPROPERTIES ('{MAPPING}' = 'name')")
            self.at.spark.sql(f"{alter} ADD COLUMNS ({columns})")

    def widen_columns(self, fields: Sequence[StructField]) -> None:
        """The rows are written anew, once, in a commit that readers take for a compaction.

        Delta's own type widening goes no further than int on Spark 3.5, and other engines (delta-rs)
        refuse tables that have it.
        """
        snapshot = self.at.latest()
        held = stored_schema(snapshot)
        wider = {field.name.lower(): field.dataType for field in fields}
        schema = StructType(
            [StructField(f.name, wider.get(f.name.lower(), f.dataType), f.nullable, f.metadata) for f in held]
        )
        if [f.dataType for f in schema] == [f.dataType for f in held]:
            return
        with java_errors(f"{self.at.name}: columns cannot be widened"):
            transaction = self.at.transaction(snapshot)
            _set_schema(transaction, schema)
            rows = conformed(self._stored_rows(snapshot, held), _without_hidden(schema))
            actions = write_files(self.at, transaction, rows, "Overwrite", {"dataChange": "false"})
            commit(transaction, actions, "Overwrite")

    def _needs_mapping(self, fields: Sequence[StructField]) -> bool:
        """Raises SinkError where the contract, or one of the table's readers, rules column mapping out."""
        needed = needs_mapping(fields)
        if needed and dict(self.at.spec.properties).get(MAPPING, "").lower() == "none":
            names = ", ".join(f"`{field.name}`" for field in fields if needs_mapping([field]))
            raise SinkError(
                f"{self.at.name}: {names} cannot be stored under its name ({MAPPING} is none)",
                hint="give the column another name in the job, or let `drift.new_column` drop it",
            )
        return needed

    def _stored_rows(self, snapshot: Java, held: StructType) -> DataFrame:
        reader = self.at.spark.read.format("delta").option("versionAsOf", snapshot.version())
        hidden = hidden_columns(held)
        return reader.load(self.at.uri).select(*[F.col(quote(n)) for n in held.names if n not in hidden])

    def _refuse_other_files(self) -> None:
        log = f"{self.at.log.folder}/"
        others = [key for key in self.at.storage.list(self.at.folder) if not key.startswith(log)]
        if others:
            raise SinkError(
                f"{self.at.name}: its folder {self.at.uri} holds files that are no Delta table",
                hint=f"empty the folder, or give the table another name; found {others[0]}",
            )

    def _unless_there(self, builder: Any) -> None:
        """Another thread or process may be creating the table at this moment."""
        try:
            builder.execute()
        except (Py4JJavaError, PySparkException):
            if not self.at.log.exists():
                raise


def _merging(spec: TargetSpec) -> dict[str, str]:
    """A MERGE of few rows would otherwise copy every file that holds one of them (docs/adr/0020)."""
    return {"delta.enableDeletionVectors": "true"} if spec.keys else {}


def _set_schema(transaction: Java, schema: StructType) -> None:
    held = transaction.metadata()
    changed = held.copy(
        held.id(),
        held.name(),
        held.description(),
        held.format(),
        schema.json(),
        held.partitionColumns(),
        held.configuration(),
        held.createdTime(),
    )
    transaction.updateMetadata(changed, False)


def _without_hidden(schema: StructType) -> StructType:
    hidden = hidden_columns(schema)
    return StructType([field for field in schema.fields if field.name not in hidden])


def _declared(field: StructField, comment: str | None) -> str:
    kind = java_class("org.apache.spark.sql.types.DataType").fromJson(field.dataType.json()).sql()
    return f"{quote(field.name)} {kind}" + (f" COMMENT {literal(comment)}" if comment else "")


def _strings(at: Handle, items: Sequence[str]) -> Java:
    """A Java `String[]`."""
    gateway: Any = at.spark.sparkContext._gateway
    array = gateway.new_array(java_class("java.lang.String"), len(items))
    for position, item in enumerate(items):
        array[position] = item
    return array
