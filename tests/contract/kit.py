"""What the behaviours share: a format in a warehouse of its own, and small batches of people."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from pyspark.sql import DataFrame, SparkSession

from etl_core.config.models.environment import EnvironmentConfig
from etl_core.plan.observed import ObservedTable
from etl_core.runtime.installed import installed_profile
from etl_core.sinks import capabilities, observing, protocol
from etl_core.sinks.capabilities import Capabilities
from etl_core.sinks.protocol import SinkTable, TargetSpec
from etl_core.state.models import TableBookmark, TableState

PLAIN = "id int, name string, _strata_run_id string"
KEYED = "id int, name string, _strata_seq struct<k1:bigint,file:string,row:bigint>, _strata_run_id string"
EVENTS = f"{KEYED}, _strata_delete boolean"


@dataclass
class Bench:
    """One format in a warehouse of its own; `properties` of every table in it."""

    spark: SparkSession
    environment: EnvironmentConfig
    format: str
    properties: tuple[tuple[str, str], ...] = ()

    def session(self) -> SparkSession:
        """A session as a table of a run gets it, with this warehouse's catalog."""
        session = self.spark.newSession()
        for key, value in self.sink.session_settings(self.environment).items():
            if session.conf.isModifiable(key) or key.startswith("spark.sql.catalog."):
                session.conf.set(key, value)  # tests/conftest.py has set the static ones
        return session

    @property
    def sink(self) -> protocol.Sink:
        return protocol.load().get(self.format)

    @property
    def can(self) -> Capabilities:
        return capabilities.load().get(self.format)

    @property
    def modes(self) -> frozenset[str]:
        return self.can.modes

    def holds(self, column: str) -> bool:
        """Whether a column can have that name."""
        return not self.can.column_names or re.fullmatch(self.can.column_names, column) is not None

    def open(self, name: str = "raw.person", session: SparkSession | None = None, **spec: Any) -> SinkTable:
        """The table as another process would open it: nothing shared but the warehouse."""
        spec.setdefault("properties", self.properties)
        return self.sink.open(session or self.session(), self.environment, TargetSpec(name, **spec))

    def with_retention(self, text: str) -> Bench:
        """The same warehouse, where failed batches are kept for `text`."""
        environment = self.environment.model_copy(update={"audit_retention": text})
        return Bench(self.spark, environment, self.format, self.properties)

    def kept_rows(self, name: str, run_id: str) -> list[int] | None:
        """Ids in the failed batch that `run_id` left for inspection; None if there is none."""
        if self.format == "parquet":
            folder = Path(self.environment.warehouse, *name.split("."), f"data/_strata_folder={run_id}")
            if not folder.exists():
                return None
            return ids(self.open(name).read().unionByName(self.spark.read.parquet(str(folder))))
        if self.format in ("delta", "hudi"):
            folder = Path(self.environment.warehouse, "_strata", "failed", name, run_id)
            if not folder.exists():
                return None
            return ids(self.open(name).read().unionByName(self.spark.read.parquet(str(folder))))
        session = self.session()
        layer, table = name.split(".")
        names = [row["name"] for row in session.table(f"strata.{layer}.{table}.refs").collect()]
        if f"strata_failed_{run_id}" not in names:
            return None
        return ids(session.table(f"strata.{layer}.{table}.`branch_strata_failed_{run_id}`"))

    def observe(self, *names: str) -> dict[str, ObservedTable]:
        return observing.load().get(self.format)(self.environment, names)


# Formats with other than their default way to change rows: name -> (format, properties of its tables)
VARIANTS = {
    "hudi-mor": ("hudi", (("hoodie.table.type", "MERGE_ON_READ"),)),
    "iceberg-cow": ("iceberg", (("write.merge.mode", "copy-on-write"),)),
    "delta-marks": ("delta", ()),  # of a large table
}


def make_bench(spark: SparkSession, folder: Path, kind: str) -> Bench:
    """`kind`: a format, or one of VARIANTS."""
    environment = EnvironmentConfig(
        profile=installed_profile(), warehouse=str(folder / "ware house"), audit_retention="3d"
    )
    return Bench(spark, environment, *VARIANTS.get(kind, (kind, ())))


def schema(table: SinkTable, columns: str) -> Any:
    return frame(table, [], columns).schema


def frame(table: SinkTable, rows: list[tuple[Any, ...]], columns: str = PLAIN) -> DataFrame:
    return table.at.spark.createDataFrame(rows, columns)  # type: ignore[attr-defined]


def state(run_id: str, **inputs: str) -> TableState:
    bookmarks = {name: TableBookmark(snapshot=snapshot) for name, snapshot in inputs.items()}
    return TableState(run_id=run_id, at=datetime(2024, 5, 1, tzinfo=UTC), inputs=bookmarks)


def people(run_id: str, *ids: int) -> list[tuple[Any, ...]]:
    return [(number, f"p{number}", run_id) for number in ids]


def append(table: SinkTable, run_id: str, *ids: int) -> str:
    """One whole run that appends. Returns the new snapshot."""
    staging = table.begin(run_id)
    assert table.append(staging, frame(table, people(run_id, *ids))) == len(ids)
    return table.publish(staging, state(run_id)).snapshot


def ids(rows: DataFrame) -> list[int]:
    return sorted(row["id"] for row in rows.select("id").collect())


Event = tuple[int, str | None, tuple[int | None, str, int], str, bool]


def event(key: int, name: str | None, at: int | None, run_id: str, *, delete: bool = False) -> Event:
    return (key, name, (at, "f.csv", key), run_id, delete)


def apply(table: SinkTable, run_id: str, events: list[Event], columns: str = EVENTS) -> int:
    staging = table.begin(run_id)
    staged = table.apply(staging, frame(table, events, columns))
    published = table.publish(staging, state(run_id))
    assert staged in (None, published.rows)
    return published.rows
