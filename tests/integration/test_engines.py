"""What Strata wrote is read by engines that are not Spark, with equal values and types."""

from __future__ import annotations

import json
from datetime import UTC, date, datetime
from decimal import Decimal
from pathlib import Path
from typing import Any

import duckdb
import pyarrow as pa
import pytest
from deltalake import DeltaTable, QueryBuilder
from pyiceberg.catalog.sql import SqlCatalog

from tests.integration.projects import MINIMAL, run_json, write

pytestmark = pytest.mark.proof

TABLE = "standardized.thing"
CONTRACT = """\
table: standardized.thing
source: {type: files, path: landing, format: json}
target: {format: FORMAT, MODE}
columns:
  - {name: id, type: bigint}
  - {name: name}
  - {name: price, type: "decimal(12,3)"}
  - {name: born, type: date}
  - {name: seen, type: timestamp}
  - {name: ok, type: boolean}
  - {name: ratio, type: double}
  - {name: small, type: int}
  - {name: address, type: "struct<city:string,zip:int>"}
  - {name: tags, type: "array<string>"}
"""
CDC = "mode: cdc, keys: [id], sequence_by: [small], operation_column: op"
TYPES = {
    "id": pa.int64(),
    "name": pa.string(),
    "price": pa.decimal128(12, 3),
    "born": pa.date32(),
    "seen": pa.timestamp("us", tz="UTC"),
    "ok": pa.bool_(),
    "ratio": pa.float64(),
    "small": pa.int32(),
    "address": pa.struct([("city", pa.string()), ("zip", pa.int32())]),
    "tags": pa.list_(pa.string()),
}


def thing(number: int, small: int, **changes: Any) -> dict[str, Any]:
    return {
        "id": number,
        "name": f"žluťoučký {number} 🐎 \"'",
        "price": Decimal("1234567.125") + number,
        "born": date(1907, 2, 28),
        "seen": datetime(2026, 3, 29, 1, 30, 0, 123456, UTC),
        "ok": number % 2 == 0,
        "ratio": 0.1 + number,
        "small": small,
        "address": {"city": "Malá Strana", "zip": 11800 + number},
        "tags": ["a", "ß", "", "日本"],
        **changes,
    }


EMPTY = dict.fromkeys(TYPES, None) | {"id": 7, "small": 1}
FIRST = [("I", thing(1, 1)), ("I", thing(2, 1)), ("I", thing(3, 1)), ("I", EMPTY)]
SECOND = [
    ("U", thing(2, 2, name="", tags=[], price=Decimal("-0.001"))),
    ("D", thing(3, 2)),
    ("I", thing(4, 1)),
]
THIRD = [("U", thing(1, 3, seen=datetime(1969, 12, 31, 23, 59, 59, 999999, UTC)))]


def held() -> dict[int, dict[str, Any]]:
    rows = {}
    for op, row in (*FIRST, *SECOND, *THIRD):
        rows[row["id"]] = row
        if op == "D":
            del rows[row["id"]]
    return rows


def spelled(value: Any) -> Any:
    return str(value) if isinstance(value, Decimal) else value.isoformat()


@pytest.fixture(params=["iceberg", "delta", "delta-older", "delta-marks", "hudi"])
def warehouse(request: pytest.FixtureRequest, tmp_path: Path) -> Path:
    """With a table that was written, changed and deleted from. `delta-marks`: as a large one is changed."""
    kind, _, variant = request.param.partition("-")
    root = tmp_path / request.param
    if variant == "marks":
        request.getfixturevalue("large_delta")
    mode = CDC + (", readers: [older]" if variant == "older" else "")
    contract = CONTRACT.replace("FORMAT", kind).replace("MODE", mode)
    write(root, MINIMAL | {"conf/tables/standardized/thing.yaml": contract})
    for number, events in enumerate((FIRST, SECOND, THIRD)):
        lines = [json.dumps(row | {"op": op}, default=spelled, ensure_ascii=False) for op, row in events]
        write(root, {f"landing/{number}.json": "\n".join(lines) + "\n"})
        run_json(root)
    return root / "warehouse"


def iceberg(warehouse: Path) -> pa.Table:
    uri = f"sqlite:///{warehouse / 'catalog.db'}"
    catalog = SqlCatalog("strata", uri=uri, warehouse=warehouse.as_uri())
    return catalog.load_table(TABLE).scan().to_arrow()


def delta(warehouse: Path) -> pa.Table:
    """By delta-rs's query engine: its Arrow dataset refuses tables that may have deletion vectors."""
    table = DeltaTable(warehouse / TABLE.replace(".", "/"))
    assert "deletionVectors" in (table.protocol().reader_features or ())
    found = QueryBuilder().register("thing", table).execute(f"SELECT {', '.join(TYPES)} FROM thing")
    return pa.table(found.read_all()).cast(pa.schema(list(TYPES.items())))


def delta_for_older(warehouse: Path) -> pa.Table:
    return pa.table(DeltaTable(warehouse / TABLE.replace(".", "/")).to_pyarrow_table())


def hudi(warehouse: Path) -> pa.Table:
    """The newest completed slice of every file group, as a person who knows the layout finds it."""
    folder = warehouse / TABLE.replace(".", "/")
    begun = {path.stem for path in folder.glob(".hoodie/*.commit")}  # table version 6
    newest: dict[str, tuple[str, Path]] = {}
    for path in folder.rglob("*.parquet"):
        if ".hoodie" in path.parts:
            continue
        group, _, instant = path.stem.split("_")
        if instant in begun:
            newest[group] = max(newest.get(group, ("", path)), (instant, path))
    files = [str(path) for _, path in newest.values()]
    columns = ", ".join(TYPES)
    with duckdb.connect() as connection:
        connection.execute("SET TimeZone = 'UTC'")
        query = f"SELECT {columns} FROM read_parquet($1)"
        return connection.sql(query, params=[files]).to_arrow_table()


READERS = {
    "iceberg": iceberg,
    "delta": delta,
    "delta-older": delta_for_older,
    "delta-marks": delta,
    "hudi": hudi,
}


def test_another_engine_reads_the_same(warehouse: Path) -> None:
    found = READERS[warehouse.parent.name](warehouse).select(list(TYPES))
    assert {row["id"]: row for row in found.to_pylist()} == held()
    assert found.num_rows == len(held())
    types = {field.name: plain(field.type) for field in found.schema}
    assert types == {name: plain(kind) for name, kind in TYPES.items()}


def plain(kind: pa.DataType) -> str:
    """Without how Arrow names the elements of a list, or how long its texts may become."""
    if pa.types.is_list(kind) or pa.types.is_large_list(kind):
        return f"list<{plain(kind.value_type)}>"
    if pa.types.is_struct(kind):
        return f"struct<{', '.join(f'{field.name}: {plain(field.type)}' for field in kind)}>"
    return "string" if pa.types.is_large_string(kind) else str(kind)
