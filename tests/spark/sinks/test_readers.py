"""What is written for other engines, looked at in the tables' own files."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pyarrow.parquet as pq
import pytest
from pyspark.sql import SparkSession

from etl_core.errors import SinkError
from etl_core.state.models import TableState
from tests.integration.projects import catalog
from tests.warehouse import Warehouse

STATE = {"run_id": "r1", "at": "2026-11-01T00:00:00Z"}
DELETION_VECTORS = "spark.databricks.delta.properties.defaults.enableDeletionVectors"


@pytest.fixture
def warehouse(spark: SparkSession, tmp_path: Path) -> Warehouse:
    return Warehouse(spark, tmp_path / "warehouse")


def made(warehouse: Warehouse, name: str, *readers: str, column: str = "name") -> Any:
    """The table raw.<name> with one row."""
    table = warehouse.open(f"raw.{name}", name, readers=readers)
    rows = warehouse.session.createDataFrame([(1, "a")], f"id int, `{column}` string")
    table.create(rows.schema)
    staging = table.begin("r1")
    table.append(staging, rows)
    table.publish(staging, TableState.model_validate(STATE))
    return table


def codecs(folder: Path) -> set[str]:
    files = [path for path in folder.rglob("*.parquet") if "_delta_log" not in path.parts]
    return {pq.ParquetFile(path).metadata.row_group(0).column(0).compression for path in files}


def actions(folder: Path) -> list[dict[str, Any]]:
    logs = sorted((folder / "_delta_log").glob("*.json"))
    return [json.loads(line) for log in logs for line in log.read_text().splitlines()]


def test_iceberg(warehouse: Warehouse, tmp_path: Path) -> None:
    made(warehouse, "iceberg", "redshift_spectrum", "athena")
    table = catalog(tmp_path).load_table("raw.iceberg")
    assert table.metadata.format_version == 2
    files = {Path(task.file.file_path.removeprefix("file:")) for task in table.scan().plan_files()}
    assert {pq.ParquetFile(file).metadata.row_group(0).column(0).compression for file in files} == {"SNAPPY"}


def test_hudi(warehouse: Warehouse, tmp_path: Path) -> None:
    made(warehouse, "hudi", "redshift_spectrum")
    assert codecs(tmp_path / "warehouse/raw/hudi") == {"SNAPPY"}
    assert "hoodie.table.version=6" in (tmp_path / "warehouse/raw/hudi/.hoodie/hoodie.properties").read_text()


def test_delta_for_old_readers(warehouse: Warehouse, tmp_path: Path) -> None:
    """In a session in which new tables have deletion vectors unless they say no."""
    warehouse.session.conf.set(DELETION_VECTORS, "true")
    made(warehouse, "delta", "older", "athena")
    found = actions(tmp_path / "warehouse/raw/delta")
    (protocol,) = (one["protocol"] for one in found if "protocol" in one)
    assert protocol["minReaderVersion"] == 1
    assert "readerFeatures" not in protocol


def test_delta_for_whoever_comes(warehouse: Warehouse, tmp_path: Path) -> None:
    """The opposite: nobody named, and the session decides."""
    warehouse.session.conf.set(DELETION_VECTORS, "true")
    made(warehouse, "delta")
    protocols = [one["protocol"] for one in actions(tmp_path / "warehouse/raw/delta") if "protocol" in one]
    assert protocols[-1]["readerFeatures"] == ["deletionVectors"]


def test_a_name_that_old_readers_of_delta_do_not_know(warehouse: Warehouse, tmp_path: Path) -> None:
    with pytest.raises(SinkError, match="`paid by` cannot be stored under its name"):
        made(warehouse, "delta", "older", column="paid by")
    assert not (tmp_path / "warehouse/raw/delta").exists()
    table = made(warehouse, "delta", "athena", column="paid by")
    assert table.read().columns == ["id", "paid by"]
