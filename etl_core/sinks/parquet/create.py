"""Creating and widening Parquet tables: both only touch the manifest."""

from __future__ import annotations

from collections.abc import Sequence

from pyspark.sql.types import StructField, StructType

from etl_core.errors import SinkError
from etl_core.sinks.parquet.manifest import Earlier, Manifest, load_manifest, save_manifest
from etl_core.sinks.parquet.place import Place, schema_of
from etl_core.sinks.partitioning import parse_partition


class ParquetCreator:
    """The Creator half of a Parquet table."""

    at: Place

    def create(self, schema: StructType) -> None:
        if load_manifest(self.at.storage, self.at.name) is not None:
            return
        partitions = [parse_partition(text) for text in self.at.spec.partition_by]
        refused = [field.transform for field in partitions if field.transform != "identity"]
        if refused:
            raise SinkError(
                f"{self.at.name}: a Parquet folder cannot be partitioned by {', '.join(refused)}",
                hint="partition by a column that holds the value, or use format: iceberg",
            )
        manifest = Manifest(
            columns=_optional(schema).json(),
            partition_by=tuple(field.column for field in partitions),
            description=self.at.spec.description,
        )
        save_manifest(self.at.storage, self.at.name, manifest)

    def widen_columns(self, fields: Sequence[StructField]) -> None:
        """Files stay as they are: the manifest remembers the types in which they are written."""
        manifest = self.at.manifest()
        wider = {field.name.lower(): field.dataType for field in fields}
        columns = [
            StructField(f.name, wider.get(f.name.lower(), f.dataType), True, f.metadata)
            for f in schema_of(manifest).fields
        ]
        newest = max(manifest.last, manifest.current.number if manifest.current else 0)
        earlier = (*manifest.earlier, Earlier(until=newest, columns=manifest.columns))
        update = {"columns": StructType(columns).json(), "earlier": earlier}
        save_manifest(self.at.storage, self.at.name, manifest.model_copy(update=update))

    def add_columns(self, fields: Sequence[StructField]) -> None:
        manifest = self.at.manifest()
        schema = schema_of(manifest)
        held = {name.lower() for name in schema.names}
        new = [field for field in fields if field.name.lower() not in held]
        wider = _optional(StructType([*schema.fields, *new])).json()
        save_manifest(self.at.storage, self.at.name, manifest.model_copy(update={"columns": wider}))


def _optional(schema: StructType) -> StructType:
    return StructType([StructField(f.name, f.dataType, True, f.metadata) for f in schema.fields])
