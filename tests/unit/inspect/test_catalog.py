"""Entries of the catalog that no contract stands for: found, shown, removed when asked."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import boto3
import pytest

from etl_core.cli.main import main
from tests.aws import empty_account, moto_server, settings
from tests.unit.config.small_project import write

CONTRACT = """\
        table: raw.{name}
        source: {{path: s3://landing/{name}}}
        target: {{mode: append, format: {format}}}
        columns: [{{name: id, type: int}}]
        """
ENVIRONMENT = "        profile: glue-5.1\n        warehouse: {}\n"


@pytest.fixture(scope="module")
def server() -> Iterator[str]:
    with moto_server() as url:
        yield url


@pytest.fixture
def root(server: str, monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Path:
    """A project with the tables raw.kept and raw.new, and what earlier runs left in the catalog."""
    monkeypatch.setenv("COLUMNS", "200")
    for name, value in settings(server, tmp_path).items():
        monkeypatch.setenv(name, value)
    empty_account(server, "lake", "landing")
    files: dict[str, str | None] = {
        f"conf/tables/raw/{name}.yaml": CONTRACT.format(name=name, format="delta") for name in ("kept", "new")
    }
    environment = {"conf/environments/local.yaml": ENVIRONMENT.format("s3://lake/tables")}
    register("raw", "s3://lake/tables/raw")
    register("gone", "s3://lake/tables/gone")
    register("_strata", "s3://lake/tables/_strata")
    register("theirs", "s3://lake/other")
    entry("raw.kept", table_type="DELTA")
    entry(
        "raw.renamed", table_type="ICEBERG", metadata_location="s3://lake/tables/raw/renamed/metadata/7.json"
    )
    entry("gone.person", **{"spark.sql.sources.provider": "hudi", "strata.owner": "hr@shop.example"})
    entry("_strata.raw__kept_quarantine", **{"strata.side_table_of": "raw.kept"})
    entry("_strata.raw__renamed_quarantine", **{"strata.side_table_of": "raw.renamed"})
    entry("raw.elsewhere", location="s3://lake/tables2/raw/elsewhere")  # of a project beside this one
    entry("theirs.person", location="s3://lake/other/person")
    entry("raw.by_hand", marked=False)
    return write(tmp_path / "project", {**files, **environment})


def register(database: str, location: str) -> None:
    boto3.client("glue").create_database(DatabaseInput={"Name": database, "LocationUri": location})


def entry(table: str, location: str = "", *, marked: bool = True, **parameters: str) -> None:
    database, _, name = table.partition(".")
    place = location or f"s3://lake/tables/{database}/{name}"
    mark = {"strata.layer": database} if marked else {}
    boto3.client("glue").create_table(
        DatabaseName=database,
        TableInput={"Name": name, "StorageDescriptor": {"Location": place}, "Parameters": mark | parameters},
    )


def tables() -> set[str]:
    glue = boto3.client("glue")
    databases = [one["Name"] for one in glue.get_databases()["DatabaseList"]]
    return {
        f"{database}.{one['Name']}"
        for database in databases
        for one in glue.get_tables(DatabaseName=database)["TableList"]
    }


def strata(root: Path, *arguments: str) -> int:
    with pytest.raises(SystemExit) as left:
        main([*arguments, "--project", str(root)])
    return left.value.code or 0  # type: ignore[return-value]


def test_what_is_ours_and_what_has_no_contract(root: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert strata(root, "catalog", "list", "--json") == 0
    found: list[dict[str, Any]] = json.loads(capsys.readouterr().out)
    assert {f"{one['database']}.{one['name']}": one["orphan"] for one in found} == {
        "raw.kept": False,
        "raw.renamed": True,
        "gone.person": True,
        "_strata.raw__kept_quarantine": False,
        "_strata.raw__renamed_quarantine": True,
    }
    formats = {one["name"]: (one["format"], one["owner"]) for one in found}
    assert formats["person"] == ("hudi", "hr@shop.example")
    assert (formats["kept"][0], formats["renamed"][0]) == ("delta", "iceberg")


def test_the_list_for_a_person(root: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert strata(root, "catalog", "list") == 0
    lines = capsys.readouterr().out.splitlines()
    (person,) = (line for line in lines if "gone.person" in line)
    assert person.split() == [
        "gone.person",
        "hudi",
        "none",
        "hr@shop.example",
        "s3://lake/tables/gone/person",
    ]
    assert lines[-1] == "5 tables in the catalog, 3 without a contract"


def test_a_dry_run_and_a_no_change_nothing(
    root: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    before = tables()
    assert strata(root, "catalog", "drop-orphans", "--dry-run") == 0
    assert "s3://lake/tables/raw/renamed/metadata/7.json" in capsys.readouterr().out
    monkeypatch.setattr("typer.confirm", lambda text: text != "Remove 3 from the catalog?")
    assert strata(root, "catalog", "drop-orphans") == 0
    assert tables() == before


def test_orphans_go_and_nothing_else(root: Path, capsys: pytest.CaptureFixture[str]) -> None:
    before = tables()
    boto3.client("s3").put_object(Bucket="lake", Key="tables/gone/person/a.parquet", Body=b"x")
    assert strata(root, "catalog", "drop-orphans", "--yes") == 0
    assert before - tables() == {"raw.renamed", "gone.person", "_strata.raw__renamed_quarantine"}
    assert boto3.client("s3").list_objects_v2(Bucket="lake")["KeyCount"] == 1
    capsys.readouterr()
    assert strata(root, "catalog", "drop-orphans", "--yes") == 0
    assert capsys.readouterr().out == "every entry has a contract\n"


def test_status_names_them(root: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert strata(root, "status") == 0
    said = capsys.readouterr().err
    assert "without a contract: _strata.raw__renamed_quarantine, gone.person, raw.renamed" in said
    assert strata(root, "catalog", "drop-orphans", "--yes") == 0
    capsys.readouterr()
    assert strata(root, "status") == 0
    assert capsys.readouterr().err == ""


def test_a_warehouse_in_a_folder_has_no_shared_catalog(
    root: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    write(root, {"conf/environments/local.yaml": ENVIRONMENT.format("warehouse")})
    assert strata(root, "catalog", "list") == 2
    assert "has no shared catalog" in capsys.readouterr().err
