"""What a careful engineer writes by hand, with the same engine and settings: the other side of each ratio."""

from __future__ import annotations

import threading
from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path

from pyspark.sql import DataFrame, SparkSession
from pyspark.sql import functions as F

CUSTOMER = (
    "id bigint, name string, city string, amount decimal(18,2), d date, ts timestamp, qty int, flag boolean"
)


def csv_to_iceberg(spark: SparkSession, csv: Path, table: str) -> None:
    """Typed CSV reader, one append: no checks, no state, no row ever turned away."""
    spark.sql(f"CREATE TABLE IF NOT EXISTS {table} ({CUSTOMER}) USING iceberg")
    spark.read.schema(CUSTOMER).option("header", True).csv(str(csv)).writeTo(table).append()


@dataclass(frozen=True)
class ByHand:
    """One keyed table (`id`, `updated_at`, anything else) of a format, written without any framework.

    `at`: an Iceberg table's name, or a folder. `hudi`: write options beside the key.
    """

    spark: SparkSession
    format: str
    at: str
    ddl: str
    hudi: tuple[tuple[str, str], ...] = ()

    @property
    def name(self) -> str:
        return self.at if self.format == "iceberg" else f"delta.`{self.at}`"

    def create(self) -> None:
        if self.format == "iceberg":
            self.spark.sql(f"CREATE TABLE IF NOT EXISTS {self.at} ({self.ddl}) USING iceberg")
        elif self.format == "delta" and not Path(self.at).exists():
            self.spark.createDataFrame([], self.ddl).write.format("delta").save(self.at)

    def read(self) -> DataFrame:
        if self.format == "iceberg":
            return self.spark.table(self.at)
        return self.spark.read.format(self.format).load(self.at)

    def fill(self, rows: DataFrame) -> None:
        """The first load."""
        if self.format == "iceberg":
            rows.writeTo(self.at).append()
        elif self.format == "delta":
            rows.write.format("delta").mode("append").save(self.at)
        else:
            self._hudi(rows.withColumn("_hoodie_is_deleted", F.lit(False)), "bulk_insert", "overwrite")

    def apply(self, changes: DataFrame, session: SparkSession) -> None:
        """The newest event of each key, then one MERGE (Hudi: one upsert)."""
        newest = "row_number() OVER (PARTITION BY id ORDER BY updated_at DESC)"
        winners = changes.withColumn("_n", F.expr(newest)).where("_n = 1").drop("_n")
        if self.format == "hudi":
            self._hudi(
                winners.withColumn("_hoodie_is_deleted", F.expr("op = 'D'")).drop("op"), "upsert", "append"
            )
            return
        winners.createOrReplaceTempView("changes")
        columns = [name for name in changes.columns if name != "op"]
        session.sql(
            f"""
            MERGE INTO {self.name} t USING changes s ON t.id = s.id
            WHEN MATCHED AND s.op = 'D' THEN DELETE
            WHEN MATCHED THEN UPDATE SET {", ".join(f"{c} = s.{c}" for c in columns)}
            WHEN NOT MATCHED AND s.op <> 'D' THEN
              INSERT ({", ".join(columns)}) VALUES ({", ".join(f"s.{c}" for c in columns)})
            """
        )

    def _hudi(self, rows: DataFrame, operation: str, mode: str) -> None:
        options = {
            "hoodie.table.name": Path(self.at).name,
            "hoodie.datasource.write.operation": operation,
            "hoodie.datasource.write.recordkey.field": "id",
            "hoodie.datasource.write.precombine.field": "updated_at",
            **dict(self.hudi),
        }
        rows.write.format("hudi").options(**options).mode(mode).save(self.at)


def in_threads(actions: Sequence[Callable[[], object]], threads: int) -> None:
    """The loop: every action, `threads` at a time. The first failure is raised."""
    failures: list[BaseException] = []
    lock = threading.Lock()

    def one(action: Callable[[], object]) -> None:
        try:
            action()
        except BaseException as error:
            with lock:
                failures.append(error)

    with ThreadPoolExecutor(threads) as pool:
        list(pool.map(one, actions))
    if failures:
        raise failures[0]
