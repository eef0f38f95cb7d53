"""Creating and widening Iceberg tables."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from py4j.protocol import Py4JJavaError
from pyspark.sql.types import StructField, StructType

from etl_core.names import RUN_ID
from etl_core.runtime.jvm import Java
from etl_core.sinks.iceberg.jvm import Handle, iceberg
from etl_core.sinks.java import class_of, java_errors
from etl_core.sinks.partitioning import PartitionField, parse_partition
from etl_core.sinks.protocol import TargetSpec

# Each can be overridden by `target.properties` of the contract.
DEFAULTS = {
    "format-version": "2",
    "write.parquet.compression-codec": "zstd",
    # Every commit writes a metadata file; without this they stay for ever.
    "write.metadata.delete-after-commit.enabled": "true",
    "write.metadata.previous-versions-max": "20",
    # Writers of different tables meet in the catalog's database, not in one table: retry soon.
    "commit.retry.min-wait-ms": "20",
}


class IcebergCreator:
    """The Creator half of an Iceberg table."""

    at: Handle

    def create(self, schema: StructType) -> None:
        """All columns become optional: a contract's `nullable: false` quarantines the row, and a
        required Iceberg column could neither be dropped from a batch nor loosened later."""
        if self.at.exists():
            return
        with java_errors(f"{self.at.name} cannot be created"):
            self._create_namespace()
            java = self.at.schema_of(_optional(_commented(schema, dict(self.at.spec.column_comments))))
            builder = self._placed(self.at.catalog.buildTable(self.at.java_name, java))
            builder.withPartitionSpec(_partition_spec(self.at, java))
            for key, value in self._properties(schema).items():
                builder.withProperty(key, value)
            _unless_there(builder.create)

    def add_columns(self, fields: Sequence[StructField]) -> None:
        """Those the table lacks, at its end; visible to readers at once, as NULL. Columns that an earlier
        version of Strata made required become optional."""
        table = self.at.load()
        comments = dict(self.at.spec.column_comments)
        with java_errors(f"{self.at.name}: columns cannot be added"):
            held = table.schema()
            new = [field for field in fields if held.caseInsensitiveFindField(field.name) is None]
            if not new:
                return
            update = table.updateSchema()
            for column in self.at.schema_of(StructType(new)).columns():
                # with a parent (none) a name may have dots in it
                update.addColumn(None, column.name(), column.type(), comments.get(column.name()))
            for column in held.columns():
                if column.isRequired():
                    update.makeColumnOptional(column.name())
            update.commit()

    def widen_columns(self, fields: Sequence[StructField]) -> None:
        with java_errors(f"{self.at.name}: columns cannot be widened"):
            update = self.at.load().updateSchema()
            for column in self.at.schema_of(StructType(list(fields))).columns():
                update.updateColumn(column.name(), column.type())
            update.commit()

    def _placed(self, builder: Java) -> Java:
        """The catalog decides where the table lies."""
        return builder

    def _properties(self, schema: StructType) -> dict[str, str]:
        spec = self.at.spec
        comment = {"comment": spec.description} if spec.description else {}
        # Iceberg keeps bounds of the first hundred columns only; this one is always searched for.
        bounds = {f"write.metadata.metrics.column.{RUN_ID}": "full"} if RUN_ID in schema.names else {}
        given = dict(spec.properties)
        found = {**DEFAULTS, **_distribution(spec), **bounds, **comment, **given}
        return {**_merging(spec, found["format-version"]), **found}

    def _create_namespace(self) -> None:
        """Several tables may make their namespace at the same time."""
        namespace, catalog = self.at.java_name.namespace(), self.at.catalog
        if catalog.namespaceExists(namespace):
            return
        try:
            catalog.createNamespace(namespace)
        except Py4JJavaError:
            if not catalog.namespaceExists(namespace):
                raise


def _unless_there(create: Any) -> None:
    try:
        create()
    except Py4JJavaError as error:
        if class_of(error) != "AlreadyExistsException":
            raise


def _distribution(spec: TargetSpec) -> dict[str, str]:
    """Partitioned: one task a partition, or each task would write a file into every partition.
    Otherwise no shuffle before the write."""
    mode = "hash" if spec.partition_by else "none"
    return {f"write.{key}distribution-mode": mode for key in ("", "merge.")}


def _merging(spec: TargetSpec, version: str) -> dict[str, str]:
    """A MERGE of few rows would otherwise copy every file that holds one of them (docs/adr/0020). Version 1
    of the format knows no other way."""
    return {"write.merge.mode": "merge-on-read"} if spec.keys and version != "1" else {}


def _commented(schema: StructType, comments: dict[str, str]) -> StructType:
    return StructType(
        [
            StructField(
                f.name, f.dataType, f.nullable, {"comment": comments[f.name]} if f.name in comments else {}
            )
            for f in schema.fields
        ]
    )


def _optional(schema: StructType) -> StructType:
    return StructType([StructField(f.name, f.dataType, True, f.metadata) for f in schema.fields])


def _partition_spec(at: Handle, schema: Java) -> Java:
    builder = iceberg("PartitionSpec").builderFor(schema).caseSensitive(False)
    for text in at.spec.partition_by:
        _add_partition(builder, parse_partition(text))
    return builder.build()


_METHODS = {"years": "year", "months": "month", "days": "day", "hours": "hour"}


def _add_partition(builder: Java, field: PartitionField) -> None:
    method = getattr(builder, _METHODS.get(field.transform, field.transform))
    if field.size is None:
        method(field.column)
    else:
        method(field.column, field.size)
