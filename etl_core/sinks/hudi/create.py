"""Creating and widening Hudi tables."""

from __future__ import annotations

from collections.abc import Sequence
from uuid import uuid4

from pyspark.sql.types import DataType, IntegerType, LongType, StructField, StructType

from etl_core.errors import SinkError
from etl_core.runtime.jvm import Java, java_class
from etl_core.sinks.hudi.commit import commit
from etl_core.sinks.hudi.layout import partition_columns, record_key, stored_schema
from etl_core.sinks.hudi.place import Place, hudi, local_path
from etl_core.sinks.hudi.properties import FILE, key_of, with_keys
from etl_core.sinks.hudi.settings import OURS, PAYLOAD, TYPE, TYPES, generator, property_problems
from etl_core.sinks.hudi.timeline import META, ROWS_KEY, SCHEMA, VERSION, WRITE_KEY, folder_of
from etl_core.sinks.hudi.types import check_columns
from etl_core.sinks.java import java_errors

# Together they let a commit have columns that rows in the old files could not be read as.
_ANY_SCHEMA = {
    "hoodie.avro.schema.validate": "false",
    "hoodie.datasource.write.schema.allow.auto.evolution.column.drop": "true",
}


class HudiCreator:
    """The Creator half of a Hudi table."""

    at: Place

    def create(self, schema: StructType) -> None:
        if self.at.exists():
            return
        self._check_properties()
        check_columns(self.at.name, schema)
        if self.at.storage.list(folder_of(self.at.name)):
            raise SinkError(
                f"{self.at.name}: the folder {self.at.path} holds something that is no Hudi table",
                hint="move it away, or give the table another name",
            )
        with java_errors(f"{self.at.name} cannot be created"):
            self.at.storage.create(key_of(self.at.name), self._properties(schema))

    def _check_properties(self) -> None:
        """`validate` has said so already, where the contract names them."""
        given = {name: value for name, value in self.at.spec.properties if not name.startswith(OURS)}
        for _, message, hint in property_problems(given):
            raise SinkError(f"{self.at.name}: {message}", hint=hint)

    def add_columns(self, fields: Sequence[StructField]) -> None:
        """Those the table lacks, at its end, by a commit without rows; NULL in old rows."""
        schema = self.at.schema()
        held = {name.lower() for name in schema.names}
        new = [StructField(f.name, f.dataType) for f in fields if f.name.lower() not in held]
        if not new:
            return
        check_columns(self.at.name, StructType(new))
        self._commit_schema(StructType([*schema.fields, *new]))

    def widen_columns(self, fields: Sequence[StructField]) -> None:
        """int to bigint is read out of the old files as it is. Everything else rewrites the table: Hudi
        refuses more digits for a decimal, and would turn 0.1 as a float into the double 0.1."""
        schema = self.at.schema()
        wider = {field.name.lower(): field.dataType for field in fields}
        changed = [f for f in schema.fields if f.dataType != wider.get(f.name.lower(), f.dataType)]
        new = StructType([StructField(f.name, wider.get(f.name.lower(), f.dataType)) for f in schema.fields])
        check_columns(self.at.name, new)
        if not changed:
            return
        if all(_is_free(f.dataType, wider[f.name.lower()]) for f in changed):
            self._commit_schema(new)
        else:
            self._rewrite(new)

    def _commit_schema(self, schema: StructType) -> None:
        with java_errors(f"{self.at.name}: columns cannot be changed"):
            commit(self.at, self.at.empty(schema), "bulk_insert", {WRITE_KEY: SCHEMA})

    def _rewrite(self, schema: StructType) -> None:
        held = self.at.load() if self.at.timeline().commits else self.at.empty(schema)
        casts = [held[f"`{field.name}`"].cast(field.dataType) for field in schema.fields]
        rows = held.select(*casts).persist()
        try:
            with java_errors(f"{self.at.name}: columns cannot be widened"):
                extra = {WRITE_KEY: "rewrite", ROWS_KEY: str(rows.count())}
                commit(self.at, rows, "insert_overwrite_table", extra, _ANY_SCHEMA)
        finally:
            rows.unpersist()

    def _builder(self, schema: StructType) -> Java:
        spec = self.at.spec
        key, partitions = record_key(spec, schema), partition_columns(spec)
        name = self.at.name.replace(".", "_")
        modes = hudi("common.config.RecordMergeMode")
        zones = hudi("common.model.HoodieTimelineTimeZone")
        builder = (
            hudi("common.table.HoodieTableMetaClient")
            .newTableBuilder()
            .setTableType(dict(spec.properties).get(TYPE, TYPES[0]))
            .setTableName(name)
            .setTableVersion(int(VERSION))
            .setTableCreateSchema(self._avro(name, stored_schema(schema, key, partitions)))
            .setCommitTimezone(zones.UTC)  # in local time an instant would come twice a year
            .setRecordMergeMode(modes.COMMIT_TIME_ORDERING)
            .setPayloadClassName(PAYLOAD)
            .setHiveStylePartitioningEnable(True)
            .setUrlEncodePartitioning(True)
            .setKeyGeneratorClassProp(generator(partitioned=bool(partitions)))
        )
        if key:
            builder = builder.setRecordKeyFields(key)
        return builder.setPartitionFields(",".join(partitions)) if partitions else builder

    def _properties(self, schema: StructType) -> bytes:
        """`hoodie.properties` as Hudi makes it, in a folder of its own: of several that make a table at the
        same time one then puts it in place, whole."""
        storage, place = self.at.storage, f"_strata/new_{uuid4().hex}"
        self._builder(schema).initTable(self.at.hadoop, local_path(storage.uri(place)))
        content = storage.read(f"{place}/{META}/{FILE}")
        storage.delete(place)
        assert content is not None
        return with_keys(content, self.at.spec.keys)

    def _avro(self, name: str, schema: StructType) -> str:
        java = java_class("org.apache.spark.sql.types.DataType").fromJson(schema.json())
        convert = hudi("AvroConversionUtils").convertStructTypeToAvroSchema
        return str(convert(java, f"{name}_record", f"hoodie.{name}").toString())


def _is_free(narrow: DataType, wide: DataType) -> bool:
    return isinstance(narrow, IntegerType) and isinstance(wide, LongType)
