from __future__ import annotations

import json
from datetime import UTC, datetime

import pyarrow as pa
import pyarrow.parquet as pq
import pytest
from pyiceberg.catalog.sql import SqlCatalog

from etl_core.config.models.environment import EnvironmentConfig
from etl_core.errors import PlanError
from etl_core.sinks.iceberg.scan import scan_catalog
from etl_core.sinks.parquet.scan import scan as scan_parquet
from etl_core.sinks.scanning import Wanted, visible

ROWS = [
    {"id": 102, "city": "Los Angeles", "_strata_run_id": "r1"},
    {"id": 103, "city": "Tampa", "_strata_run_id": "r1"},
    {"id": 104, "city": "Tampa", "_strata_run_id": "r2"},
]


@pytest.fixture(scope="module")
def catalog(tmp_path_factory):
    folder = tmp_path_factory.mktemp("warehouse")
    catalog = SqlCatalog("strata", uri=f"sqlite:///{folder}/catalog.db", warehouse=str(folder))
    catalog.create_namespace("raw")
    rows = pa.Table.from_pylist(ROWS)
    catalog.create_table("raw.employee", schema=rows.schema).append(rows)
    return catalog


def read(catalog, **wanted):
    found = scan_catalog(catalog, "raw.employee", Wanted(**wanted))
    return found.columns, sorted(found.rows, key=lambda row: row["id"])


def own(rows):
    return [{"id": row["id"], "city": row["city"]} for row in rows]


def test_all_rows_without_system_columns(catalog):
    assert read(catalog) == (("id", "city"), own(ROWS))


def test_system_columns_when_asked_for(catalog):
    assert read(catalog, all_columns=True) == (("id", "city", "_strata_run_id"), ROWS)


def test_a_limit(catalog):
    _, rows = read(catalog, limit=2)
    assert len(rows) == 2


def test_a_condition_also_on_a_column_that_is_not_shown(catalog):
    assert read(catalog, where="city = 'Tampa' and id > 103")[1] == own(ROWS[2:])
    assert read(catalog, where="_strata_run_id = 'r1'")[1] == own(ROWS[:2])


@pytest.mark.parametrize("name", ["raw.nothing", "_strata.raw__employee_quarantine"])
def test_a_table_that_is_not_there(catalog, name):
    assert scan_catalog(catalog, name, Wanted()) is None


@pytest.mark.parametrize(
    ("where", "said"),
    [
        ("town = 'Tampa'", "town"),
        ("id > 'many'", "many"),
        ("id >", "cannot be read"),
        ("; drop", "cannot be read"),
    ],
)
def test_a_condition_that_cannot_be_used_is_refused_with_what_can(catalog, where, said):
    with pytest.raises(PlanError, match=said) as caught:
        scan_catalog(catalog, "raw.employee", Wanted(where=where))
    assert "city" in caught.value.hint
    assert caught.value.exit_code == 2


@pytest.mark.parametrize(
    ("columns", "everything", "expected"),
    [
        (("id", "_strata_seq"), False, ("id",)),
        (("id", "_strata_seq"), True, ("id", "_strata_seq")),
        (("_strata_seq",), False, ("_strata_seq",)),
    ],
)
def test_system_columns_are_hidden_unless_asked_for(columns, everything, expected):
    assert visible(columns, all_columns=everything) == expected


def parquet_table(folder, versions, partition_by=()):
    """A Parquet table as the sink leaves it, written by pyarrow: version -> operation and rows."""
    data = folder / "raw/visit/data"
    entries = []
    for number, (operation, rows) in enumerate(versions, start=1):
        batch = data / f"_strata_folder=r{number}"
        batch.mkdir(parents=True)
        if rows:
            table = pa.Table.from_pylist(rows)
            for part in {row.get("region") for row in rows}:
                mine = [row.get("region") == part for row in rows]
                place = batch / f"region={part}" if partition_by else batch
                place.mkdir(exist_ok=True)
                kept = table.filter(pa.array(mine)).drop_columns(list(partition_by))
                pq.write_table(kept, place / f"{part}.parquet", use_deprecated_int96_timestamps=True)
        entry = {"number": number, "operation": operation, "folder": f"r{number}"}
        entries.append({**entry, "run_id": "r", "at": AT})
    columns = {"fields": [{"name": name, "type": kind} for name, kind in KINDS.items()]}
    manifest = {"columns": json.dumps(columns), "partition_by": list(partition_by), "versions": entries}
    (folder / "raw/visit/_strata_manifest.json").write_text(json.dumps(manifest, default=str))
    return EnvironmentConfig(profile="glue-5.1", warehouse=str(folder))


AT = datetime(2026, 11, 21, 7, 48, tzinfo=UTC)
KINDS = {
    "id": "long",
    "region": "string",
    "at": "timestamp",
    "tags": {"type": "array"},
    "_strata_row": "long",
}
FIRST = [
    {"id": 1, "region": "north", "at": AT, "tags": ["a"]},
    {"id": 2, "region": "south", "at": AT, "tags": []},
]
SECOND = [{"id": 3, "region": "south", "at": AT, "tags": None, "_strata_row": 7}]


def visits(environment, **wanted):
    found = scan_parquet(environment, "raw.visit", Wanted(**wanted))
    return sorted(found.rows, key=lambda row: row["id"])


@pytest.mark.parametrize("partition_by", [(), ("region",)])
def test_parquet_rows_of_all_live_folders(tmp_path, partition_by):
    environment = parquet_table(tmp_path, [("append", FIRST), ("append", SECOND)], partition_by)
    second = {name: value for name, value in SECOND[0].items() if name != "_strata_row"}
    assert visits(environment) == [*FIRST, second]
    assert visits(environment, where="region = 'south' and id < 3") == [FIRST[1]]
    assert visits(environment, where="_strata_row = 7") == [second]
    assert visits(environment, where="at > '2026-11-21T07:48:00+00:00'") == []
    assert len(visits(environment, limit=2)) == 2
    assert visits(environment, all_columns=True)[0]["_strata_row"] is None


def test_parquet_folders_that_were_overwritten_are_not_read(tmp_path):
    environment = parquet_table(tmp_path, [("append", FIRST), ("overwrite", SECOND)])
    assert [row["id"] for row in visits(environment)] == [3]


def test_a_parquet_table_without_rows_and_one_that_is_not_there(tmp_path):
    environment = parquet_table(tmp_path, [("append", [])])
    assert visits(environment) == []
    assert scan_parquet(environment, "raw.other", Wanted()) is None


def test_a_parquet_condition_on_an_unknown_column_is_refused(tmp_path):
    environment = parquet_table(tmp_path, [("append", FIRST)])
    with pytest.raises(PlanError, match="town"):
        visits(environment, where="town = 'x'")
