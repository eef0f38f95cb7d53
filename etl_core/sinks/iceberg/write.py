"""Writing a batch to a branch that readers do not see."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from uuid import uuid4

from pyspark.sql import DataFrame
from pyspark.sql import functions as F

from etl_core.names import DELETE, RUN_ID, quote
from etl_core.sinks.conform import refuse_unknown
from etl_core.sinks.iceberg.counting import rows_of_run
from etl_core.sinks.iceberg.history import Snapshot, snapshot_of
from etl_core.sinks.iceberg.jvm import Handle
from etl_core.sinks.java import java_errors
from etl_core.sinks.merging import merge_statement
from etl_core.sinks.protocol import SMALL_BYTES, Staging, When
from etl_core.state.models import TableState

_FILE_FILTER = "spark.sql.optimizer.runtime.rowLevelOperationGroupFilter.enabled"


class IcebergWriter:
    """The Writer half of an Iceberg table."""

    at: Handle
    written: dict[str, int]

    def append(self, staging: Staging, rows: DataFrame) -> int:
        with java_errors(f"append to {self.at.name} failed"):
            self._conform(rows).writeTo(self.at.identifier(staging.ref)).append()
        return self._note(staging, self._head(staging).count("added-records"))

    def add(self, rows: DataFrame, state: TableState) -> int:
        with java_errors(f"append to {self.at.name} failed"):
            self._conform(rows).writeTo(self.at.identifier()).append()
        return snapshot_of(self.at, self.at.load().currentSnapshot()).count("added-records")

    def overwrite(self, staging: Staging, rows: DataFrame) -> int:
        with java_errors(f"overwrite of {self.at.name} failed"):
            self._conform(rows).writeTo(self.at.identifier(staging.ref)).overwrite(F.lit(True))
        return self._note(staging, self._head(staging).count("added-records"))

    def overwrite_partitions(self, staging: Staging, rows: DataFrame) -> int:
        with java_errors(f"overwrite of partitions of {self.at.name} failed"):
            self._conform(rows).writeTo(self.at.identifier(staging.ref)).overwritePartitions()
        return self._note(staging, self._head(staging).count("added-records"))

    def apply(self, staging: Staging, winners: DataFrame, *, when: When = "newer") -> int:
        """One MERGE. A column that `winners` lack becomes NULL in the rows it writes."""
        view = f"strata_winners_{uuid4().hex}"
        columns = self.at.columns()
        refuse_unknown(self.at.name, winners, columns)
        statement = merge_statement(
            self.at.identifier(staging.ref),
            quote(view),
            keys=self.at.spec.keys,
            columns=columns,
            given=[column for column in winners.columns if column != DELETE],
            when=when,
        )
        winners.createOrReplaceTempView(view)
        try:
            with java_errors(f"merge into {self.at.name} failed"), self._file_filter(staging):
                self.at.spark.sql(statement)
        finally:
            self.at.spark.catalog.dropTempView(view)
        return self._note(staging, rows_of_run(self.at, staging, self._head(staging)))

    def added(self, staging: Staging) -> DataFrame:
        """Only files whose bounds admit the run's id are opened."""
        return self.candidate(staging).where(F.col(RUN_ID) == staging.run_id)

    def candidate(self, staging: Staging) -> DataFrame:
        with java_errors(f"{self.at.name}: the staged batch cannot be read"):
            return self.at.spark.table(self.at.identifier(staging.ref))

    def _note(self, staging: Staging, rows: int) -> int:
        self.written[staging.ref] = rows
        return rows

    def _conform(self, rows: DataFrame) -> DataFrame:
        """The table's columns in its order; those the batch lacks are NULL."""
        columns = self.at.columns()
        if rows.columns == columns:
            return rows
        refuse_unknown(self.at.name, rows, columns)
        given = {name.lower(): name for name in rows.columns}
        found = [F.col(quote(given[c.lower()])) if c.lower() in given else F.lit(None) for c in columns]
        return rows.select(*[value.alias(column) for value, column in zip(found, columns, strict=True)])

    @contextmanager
    def _file_filter(self, staging: Staging) -> Iterator[None]:
        """Before a MERGE Spark joins once more, to leave files without a match alone. On a small
        table that costs more than rewriting the files (measured: a third of the whole MERGE)."""
        conf = self.at.spark.conf
        before = str(conf.get(_FILE_FILTER, "true"))
        if snapshot_of(self.at, self.at.load().snapshot(staging.ref)).count("total-files-size") < SMALL_BYTES:
            conf.set(_FILE_FILTER, "false")
        try:
            yield
        finally:
            conf.set(_FILE_FILTER, before)

    def _head(self, staging: Staging) -> Snapshot:
        """The batch's own commit; an empty one if the write made none."""
        head = snapshot_of(self.at, self.at.load().snapshot(staging.ref))
        return head if head.id != staging.base else Snapshot(head.id, "", "", {}, head.sequence)
