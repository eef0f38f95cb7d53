"""Writing a batch to a branch that readers do not see."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

from pyspark.sql import DataFrame
from pyspark.sql import functions as F

from etl_core.errors import SinkError
from etl_core.names import DELETE, RUN_ID, quote
from etl_core.sinks.iceberg.history import RUN_PROPERTY, Snapshot, snapshot_of
from etl_core.sinks.iceberg.jvm import Handle, java_errors
from etl_core.sinks.iceberg.merge import merge_statement
from etl_core.sinks.protocol import Staging

_SUMMARY = f"spark.sql.iceberg.snapshot-property.{RUN_PROPERTY}"


class IcebergWriter:
    """The Writer half of an Iceberg table."""

    at: Handle

    def append(self, staging: Staging, rows: DataFrame) -> int:
        with self._writing(staging, "append"):
            self._conform(rows).writeTo(self.at.identifier(staging.ref)).append()
        return self._head(staging).count("added-records")

    def overwrite(self, staging: Staging, rows: DataFrame) -> int:
        with self._writing(staging, "overwrite"):
            self._conform(rows).writeTo(self.at.identifier(staging.ref)).overwrite(F.lit(True))
        return self._head(staging).count("added-records")

    def apply(self, staging: Staging, winners: DataFrame) -> int:
        """One MERGE. A column that `winners` lack becomes NULL in the rows it writes."""
        session = winners.sparkSession
        view = f"strata_winners_{abs(hash(staging)):x}"
        columns = session.table(self.at.identifier()).columns
        self._refuse_unknown(winners, columns)
        statement = merge_statement(
            self.at.identifier(staging.ref),
            quote(view),
            keys=self.at.spec.keys,
            columns=columns,
            given=[column for column in winners.columns if column != DELETE],
        )
        winners.createOrReplaceTempView(view)
        try:
            with self._writing(staging, "merge"):
                session.sql(statement)
        finally:
            session.catalog.dropTempView(view)
        return self._written_by(staging)

    def candidate(self, staging: Staging) -> DataFrame:
        with java_errors(f"{self.at.name}: the staged batch cannot be read"):
            return self.at.spark.table(self.at.identifier(staging.ref))

    def _conform(self, rows: DataFrame) -> DataFrame:
        """The table's columns in its order; those the batch lacks are NULL."""
        schema = self.at.spark.table(self.at.identifier()).schema
        self._refuse_unknown(rows, schema.names)
        given = {name.lower(): name for name in rows.columns}
        return rows.select(
            *[
                F.col(quote(given[field.name.lower()])).alias(field.name)
                if field.name.lower() in given
                else F.lit(None).cast(field.dataType).alias(field.name)
                for field in schema.fields
            ]
        )

    def _refuse_unknown(self, rows: DataFrame, columns: list[str]) -> None:
        known = {column.lower() for column in columns} | {DELETE}
        unknown = [name for name in rows.columns if name.lower() not in known]
        if unknown:
            raise SinkError(
                f"{self.at.name} has no column {', '.join(unknown)}", hint="add the columns first"
            )

    def _written_by(self, staging: Staging) -> int:
        """Rows inserted or updated. The summary also counts the unchanged rows of rewritten files."""
        added = self._head(staging).count("added-records")
        if added == 0:
            return 0
        staged = self.candidate(staging)
        return staged.where(F.col(RUN_ID) == staging.run_id).count()

    def _head(self, staging: Staging) -> Snapshot:
        """The batch's own commit; an empty one if the write made none."""
        java = self.at.load().snapshot(staging.ref)
        head = snapshot_of(java)
        return head if head.id != staging.base else Snapshot(head.id, "", "", {}, head.sequence)

    @contextmanager
    def _writing(self, staging: Staging, what: str) -> Iterator[None]:
        """Marks the commit as this run's, also for those who look at the table later."""
        conf = self.at.spark.conf
        conf.set(_SUMMARY, staging.run_id)
        try:
            with java_errors(f"{what} to {self.at.name} failed"):
                yield
        finally:
            conf.unset(_SUMMARY)
