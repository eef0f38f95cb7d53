"""Preparing a batch: its rows are evaluated once and kept, nothing is written before it is published."""

from __future__ import annotations

from pyspark.sql import DataFrame
from pyspark.sql import functions as F
from pyspark.sql.types import BooleanType, StructField, StructType

from etl_core.errors import SinkError
from etl_core.names import DELETE
from etl_core.sinks.conform import conformed, refuse_unknown
from etl_core.sinks.derived_partitions import derived_field, derived_value
from etl_core.sinks.hudi.commit import commit
from etl_core.sinks.hudi.history import row_count
from etl_core.sinks.hudi.place import Place
from etl_core.sinks.hudi.staged import StagedBatch, Write
from etl_core.sinks.hudi.timeline import RUN_KEY, WRITE_KEY
from etl_core.sinks.hudi.winners import effect_of
from etl_core.sinks.java import java_errors
from etl_core.sinks.merged import merged
from etl_core.sinks.protocol import Staging, When
from etl_core.state.models import TableState


class HudiWriter:
    """The Writer half of a Hudi table."""

    at: Place
    staged: dict[str, StagedBatch]

    def append(self, staging: Staging, rows: DataFrame) -> int:
        kept, written = self._keep("append", rows)
        before = row_count(self.at.timeline())
        return self._stage(staging, "append", kept, written, None if before is None else before + written)

    def overwrite(self, staging: Staging, rows: DataFrame) -> int:
        kept, written = self._keep("overwrite", rows)
        return self._stage(staging, "overwrite", kept, written, written)

    def overwrite_partitions(self, staging: Staging, rows: DataFrame) -> int:
        if not self.at.properties().partitions:
            raise SinkError(f"{self.at.name} has no partitions", hint="name some in target.partition_by")
        kept, written = self._keep("overwrite of partitions", rows)
        total = self._other_partitions(staging, kept).count() + written
        return self._stage(staging, "overwrite_partitions", kept, written, total)

    def apply(self, staging: Staging, winners: DataFrame, *, when: When = "newer") -> int:
        """Only the keys and the sequence of the rows held are read."""
        keys = self._keys()
        rows = self._conform(winners)
        with java_errors(f"the changes for {self.at.name} cannot be compared with it"):
            effect = effect_of(self._held(staging), rows, keys, when)
        before = row_count(self.at.timeline())
        total = None if before is None else before + effect.inserted - effect.deleted
        return self._stage(staging, "apply", effect.rows, effect.inserted + effect.updated, total)

    def add(self, rows: DataFrame, state: TableState) -> int:
        frame = self._conform(rows)
        base = self.at.timeline().last
        extra = {WRITE_KEY: "append", RUN_KEY: state.run_id}
        with java_errors(f"append to {self.at.name} failed"):
            commit(self.at, frame, "bulk_insert", extra)
        new = self.at.timeline().after(base) or ()
        return sum(instant.total("numInserts") for instant in new if instant.run_id == state.run_id)

    def added(self, staging: Staging) -> DataFrame:
        return self.staged[staging.ref].rows

    def candidate(self, staging: Staging) -> DataFrame:
        batch = self.staged.get(staging.ref)
        if batch is None:
            return self._held(staging)
        if batch.write == "overwrite":
            return batch.rows
        if batch.write == "append":
            return self._held(staging).unionByName(batch.rows)
        if batch.write == "overwrite_partitions":
            return self._other_partitions(staging, batch.rows).unionByName(batch.rows)
        return merged(self._held(staging), batch.rows, self._keys(), "always")

    def _held(self, staging: Staging) -> DataFrame:
        """The table that the batch builds on, in its columns of today."""
        schema = self.at.schema()
        if not staging.base:
            return self.at.empty(schema)
        return conformed(self.at.load(staging.base), schema)

    def _other_partitions(self, staging: Staging, rows: DataFrame) -> DataFrame:
        """Rows held of partitions into which none of `rows` falls."""
        schema = self.at.schema()
        fields = [derived_field(name) for name in self.at.properties().partitions]
        values = [derived_value(field, schema) for field in fields]
        place = F.struct(*[F.expr(value).alias(f"p{n}") for n, value in enumerate(values)])
        taken = F.broadcast(rows.select(place.alias("_place")).distinct())
        held = self._held(staging).withColumn("_place", place)
        same = held["_place"].eqNullSafe(taken["_place"])
        return held.join(taken, same, "left_anti").drop("_place")

    def _keys(self) -> tuple[str, ...]:
        """Raises SinkError where the contract's keys are not those the table was created with."""
        held, wanted = self.at.properties().keys, self.at.spec.keys
        if held is not None and [key.lower() for key in held] != [key.lower() for key in wanted]:
            raise SinkError(
                f"{self.at.name} was created with the keys ({', '.join(held)}), "
                f"the contract names ({', '.join(wanted)})",
                hint="Hudi cannot give a table other keys: load it anew under another name",
            )
        return wanted

    def _keep(self, what: str, rows: DataFrame) -> tuple[DataFrame, int]:
        if self.at.properties().record_key:
            self._keys()
        kept = self._conform(rows).persist()
        with java_errors(f"{what} to {self.at.name} failed"):
            return kept, kept.count()

    def _stage(self, staging: Staging, write: Write, rows: DataFrame, written: int, total: int | None) -> int:
        self.staged[staging.ref] = StagedBatch(write, rows, written, total)
        return written

    def _conform(self, rows: DataFrame) -> DataFrame:
        """The table's columns in its order and types, and `_strata_delete` where there is one."""
        schema = self.at.schema()
        refuse_unknown(self.at.name, rows, schema.names)
        if DELETE in rows.columns:
            schema = StructType([*schema.fields, StructField(DELETE, BooleanType())])
        return conformed(rows, schema)
