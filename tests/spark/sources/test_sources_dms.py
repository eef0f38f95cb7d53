"""AWS DMS files: the design's example, in the order in which its events happened."""

from __future__ import annotations

import os
from pathlib import Path

import pytest
from pyspark.sql import SparkSession
from source_files import read, table

from etl_core.config.models.source import ResolvedSource
from etl_core.names import EPOCH, ORDER_COLUMNS, PHASE, PROBLEM, ROW, SOURCE_FILE
from etl_core.sources.load import load

EMPLOYEE = table("emp_id int, first_name, last_name, hired_at date")
LOAD = "101,John,Smith,5-Jan-20\n102,Jane,Doe,6-Jan-20\n"
CHANGES = "U,101,John,Smithe,5-Jan-20\nD,102,Jane,Doe,6-Jan-20\nI,103,Bob,Lee,7-Jan-20\n"


def _write(folder: Path, name: str, text: str, time: int) -> None:
    path = folder / name
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(text, encoding="utf-8")
    os.utime(path, (1_700_000_000 + time, 1_700_000_000 + time))


def _events(spark: SparkSession, folder: Path, **options: object) -> list[tuple[object, ...]]:
    rows = read(spark, folder, EMPLOYEE, type="dms", **options)
    assert rows.where(f"{PROBLEM} is not null").count() == 0
    ordered = rows.orderBy(EPOCH, PHASE, SOURCE_FILE, ROW).collect()
    return [(row["Op"], row["emp_id"], row["last_name"], row[EPOCH], row[PHASE]) for row in ordered]


EXPECTED = [
    (None, "101", "Smith", 1, 0),
    (None, "102", "Doe", 1, 0),
    ("U", "101", "Smithe", 1, 1),
    ("D", "102", "Doe", 1, 1),
    ("I", "103", "Lee", 1, 1),
    ("U", "103", "Li", 1, 1),
]


def test_headerless_files_in_the_order_of_their_events(spark: SparkSession, tmp_path: Path) -> None:
    _write(tmp_path, "2024/20240102-1.csv", "U,103,Bob,Li,7-Jan-20\n", 3)
    _write(tmp_path, "20240101-1.csv", CHANGES, 2)
    _write(tmp_path, "LOAD00000001.csv", LOAD, 1)

    assert _events(spark, tmp_path, header=False) == EXPECTED


def test_files_with_headers(spark: SparkSession, tmp_path: Path) -> None:
    names = "emp_id,first_name,last_name,hired_at\n"
    _write(tmp_path, "2024/20240102-1.csv", f"Op,{names}U,103,Bob,Li,7-Jan-20\n", 3)
    _write(tmp_path, "20240101-1.csv", f"Op,{names}{CHANGES}", 2)
    _write(tmp_path, "load00000001.csv", names + LOAD, 1)

    assert _events(spark, tmp_path) == EXPECTED


def test_parquet_files(spark: SparkSession, tmp_path: Path) -> None:
    import pyarrow as pa
    from pyarrow import parquet

    def write(name: str, events: list[tuple[str | None, str, str]], operations: bool) -> None:
        columns = {"emp_id": [e[1] for e in events], "last_name": [e[2] for e in events]}
        parquet.write_table(
            pa.table({"Op": [e[0] for e in events], **columns} if operations else columns), tmp_path / name
        )

    write("LOAD1.parquet", [(None, "101", "Smith"), (None, "102", "Doe")], False)
    write("20240101.parquet", [("U", "101", "Smithe"), ("D", "102", "Doe"), ("I", "103", "Lee")], True)
    write("20240102.parquet", [("U", "103", "Li")], True)

    assert _events(spark, tmp_path, format="parquet") == EXPECTED


def test_a_full_load_alone_has_an_operation_column_too(spark: SparkSession, tmp_path: Path) -> None:
    _write(tmp_path, "LOAD1.csv", LOAD, 1)

    assert _events(spark, tmp_path, header=False) == EXPECTED[:2]


def test_the_file_in_the_order_is_the_base_name(spark: SparkSession, tmp_path: Path) -> None:
    _write(tmp_path, "z/LOAD1.csv", LOAD, 1)
    _write(tmp_path, "a/b/20240101.csv", CHANGES, 2)

    rows = read(spark, tmp_path, EMPLOYEE, type="dms", header=False)

    assert {row[0] for row in rows.select(SOURCE_FILE).distinct().collect()} == {"LOAD1.csv", "20240101.csv"}


def test_the_order_is_comparable_over_runs_and_full_loads(spark: SparkSession, tmp_path: Path) -> None:
    source = ResolvedSource(type="dms", path=str(tmp_path), header=False)
    dms = load().get("dms")
    seen: list[tuple[object, ...]] = []

    def run(bookmark: object) -> object:
        found = dms.discover(source, bookmark)  # type: ignore[arg-type]
        rows = dms.read(spark, source, EMPLOYEE, found.files)
        events = rows.select(*ORDER_COLUMNS, "Op", "emp_id", "last_name").collect()
        seen.extend(tuple(event) for event in events)
        return found.bookmark

    _write(tmp_path, "LOAD1.csv", LOAD, 1)
    _write(tmp_path, "20240101.csv", CHANGES, 2)
    bookmark = run(None)
    _write(tmp_path, "LOAD1.csv", "101,John,Again,5-Jan-20\n", 10)
    bookmark = run(bookmark)
    _write(tmp_path, "20240102.csv", "U,101,John,Last,5-Jan-20\n", 11)
    _write(tmp_path, "20240101b.csv", "U,101,John,Late,5-Jan-20\n", 3)
    run(bookmark)

    john = [event[-1] for event in sorted(seen) if event[-2] == "101"]  # type: ignore[type-var]
    assert john == ["Smith", "Smithe", "Late", "Again", "Last"]


@pytest.mark.parametrize("kind", ["files", "dms"])
def test_a_file_read_once_is_not_read_again(tmp_path: Path, kind: str) -> None:
    source = ResolvedSource(type=kind, path=str(tmp_path))
    _write(tmp_path, "a.csv", "x\n", 1)
    first = load().get(kind).discover(source, None)
    _write(tmp_path, "a.csv", "x\n", 5)
    _write(tmp_path, "late.csv", "y\n", 0)

    second = load().get(kind).discover(source, first.bookmark)

    assert [file.name for file in first.files] == ["a.csv"]
    assert [file.name for file in second.files] == ["late.csv"]
    assert second.notes == ("a.csv came again with the same content and is not read again",)
