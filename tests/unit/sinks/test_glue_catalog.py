"""The Glue Data Catalog as sinks keep it, against moto's server."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import boto3
import pytest
from moto.core.exceptions import JsonRESTError
from moto.glue.responses import GlueResponse

from etl_core.errors import SinkError
from etl_core.sinks.glue_catalog import GlueCatalog
from etl_core.sinks.glue_entry import Classes, Column, Entry, columns_of
from etl_core.sinks.protocol import TargetSpec
from etl_core.sinks.registering import hive_partitions
from tests.aws import REGION, empty_account, moto_server, refuse_stale_updates, settings

SPEC = TargetSpec(
    "standardized.person",
    description="People.",
    column_comments=(("Id", "Number,\n  for life"), ("name", "x" * 300)),
    owner="crm@shop.example",
    properties=(("write.x", "1"), ("strata.side_table_of", "raw.person")),
)
ENTRY = Entry(
    spec=SPEC,
    layer_location="s3://lake/standardized",
    location="s3://lake/standardized/person",
    columns=columns_of(iter([("id", "int"), ("name", "string"), ("at", "timestamp_ntz")]), SPEC),
    classes=Classes("in", "out", "serde"),
    partitions=(Column("day", "string"),),
    parameters={"table_type": "DELTA"},
)


@pytest.fixture(scope="module")
def server() -> Iterator[str]:
    with moto_server() as url:
        yield url


@pytest.fixture
def catalog(server: str, monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> GlueCatalog:
    for name, value in settings(server, tmp_path).items():
        monkeypatch.setenv(name, value)
    empty_account(server)
    return GlueCatalog(REGION)


def held() -> dict[str, Any]:
    table: dict[str, Any] = boto3.client("glue").get_table(DatabaseName="standardized", Name="person")[
        "Table"
    ]
    return table


def test_a_new_table_and_its_database(catalog: GlueCatalog) -> None:
    assert catalog.register(ENTRY)
    database = boto3.client("glue").get_database(Name="standardized")["Database"]
    assert database["LocationUri"] == "s3://lake/standardized"
    table = held()
    assert table["StorageDescriptor"]["Columns"] == [
        {"Name": "id", "Type": "int", "Comment": "Number, for life"},
        {"Name": "name", "Type": "string", "Comment": "x" * 255},
        {"Name": "at", "Type": "timestamp"},
    ]
    assert table["PartitionKeys"] == [{"Name": "day", "Type": "string"}]
    assert table["StorageDescriptor"]["Location"] == "s3://lake/standardized/person"
    assert (table["TableType"], table["Description"]) == ("EXTERNAL_TABLE", "People.")
    assert table["Parameters"] == {
        "EXTERNAL": "TRUE",
        "table_type": "DELTA",
        "strata.owner": "crm@shop.example",
        "strata.layer": "standardized",
        "strata.side_table_of": "raw.person",
    }


def test_what_is_right_is_left_alone(catalog: GlueCatalog) -> None:
    catalog.register(ENTRY)
    assert not catalog.register(ENTRY)
    assert len(boto3.client("glue").get_table_versions(DatabaseName="standardized", TableName="person")) > 0
    assert held()["VersionId"] == "1"


@pytest.mark.parametrize(
    "changed",
    [
        replace(ENTRY, columns=(*ENTRY.columns, Column("more", "date"))),
        replace(ENTRY, columns=(Column("id", "bigint"), *ENTRY.columns[1:])),
        replace(ENTRY, location="s3://lake/elsewhere"),
        replace(ENTRY, spec=replace(SPEC, owner="hr@shop.example")),
        replace(ENTRY, spec=replace(SPEC, description="Persons.")),
        replace(ENTRY, partitions=()),
        replace(ENTRY, classes=Classes("in2", "out", "serde")),
    ],
)
def test_drift_is_put_right(catalog: GlueCatalog, changed: Entry) -> None:
    catalog.register(ENTRY)
    assert catalog.register(changed)
    wanted = changed.table_input()
    table = held()
    assert {key: table[key] for key in wanted} == wanted
    assert not catalog.register(changed)


def test_what_others_put_there_stays(catalog: GlueCatalog) -> None:
    catalog.register(ENTRY)
    theirs = {**ENTRY.table_input(), "Owner": "ops", "Parameters": {"EXTERNAL": "TRUE", "theirs": "1"}}
    boto3.client("glue").update_table(DatabaseName="standardized", TableInput=theirs)
    assert catalog.register(ENTRY)
    table = held()
    assert (table["Owner"], table["Parameters"]["theirs"]) == ("ops", "1")
    assert table["Parameters"]["strata.owner"] == "crm@shop.example"


def test_describing_touches_parameters_only(catalog: GlueCatalog) -> None:
    assert not catalog.describe(SPEC)  # no such table: its format makes it
    boto3.client("glue").create_database(DatabaseInput={"Name": "standardized"})
    made = {"Name": "person", "Parameters": {"table_type": "ICEBERG", "metadata_location": "s3://x"}}
    boto3.client("glue").create_table(DatabaseName="standardized", TableInput=made)
    assert catalog.describe(SPEC)
    assert held()["Parameters"] == {
        "table_type": "ICEBERG",
        "metadata_location": "s3://x",
        "strata.owner": "crm@shop.example",
        "strata.layer": "standardized",
        "strata.side_table_of": "raw.person",
    }
    assert not catalog.describe(SPEC)


@pytest.fixture
def strict(monkeypatch: pytest.MonkeyPatch) -> list[dict[str, Any]]:
    """The updates that came."""
    return refuse_stale_updates(monkeypatch)


def test_an_update_names_its_version_and_keeps_no_copy(
    catalog: GlueCatalog, strict: list[dict[str, Any]]
) -> None:
    catalog.register(ENTRY)
    catalog.register(replace(ENTRY, location="s3://lake/elsewhere"))
    (asked,) = strict
    assert (asked["VersionId"], asked["SkipArchive"]) == ("1", True)


def test_an_update_that_lost_a_race_is_made_again(
    catalog: GlueCatalog, strict: list[dict[str, Any]], monkeypatch: pytest.MonkeyPatch
) -> None:
    catalog.register(ENTRY)
    real, raced = GlueCatalog.table, []

    def table(self: GlueCatalog, name: str) -> dict[str, Any] | None:
        """Somebody changes the table after it was looked up, once."""
        found = real(self, name)
        if found and len(raced) < 2:
            raced.append(name)
            other = {**ENTRY.table_input(), "Parameters": {"theirs": str(len(raced))}}
            version = boto3.client("glue").get_table(DatabaseName="standardized", Name="person")["Table"][
                "VersionId"
            ]
            boto3.client("glue").update_table(
                DatabaseName="standardized", TableInput=other, VersionId=version
            )
        return found

    monkeypatch.setattr(GlueCatalog, "table", table)
    assert catalog.register(replace(ENTRY, location="s3://lake/elsewhere"))
    found = held()
    assert found["StorageDescriptor"]["Location"] == "s3://lake/elsewhere"
    assert found["Parameters"]["theirs"] == "2"


def places() -> dict[tuple[str, ...], str]:
    found = boto3.client("glue").get_partitions(DatabaseName="standardized", TableName="person")["Partitions"]
    return {tuple(one["Values"]): one["StorageDescriptor"]["Location"] for one in found}


def test_partitions_become_those_that_are_wanted(catalog: GlueCatalog) -> None:
    catalog.register(ENTRY)
    many = {(str(day),): f"s3://lake/standardized/person/day={day}" for day in range(130)}
    catalog.set_partitions(ENTRY, many)
    assert places() == many
    less = {("1",): "s3://moved", ("2",): many["2",], ("new",): "s3://new"}
    catalog.set_partitions(ENTRY, less)
    assert places() == less
    catalog.set_partitions(ENTRY, {})
    assert places() == {}


def test_partitions_have_the_columns_of_today(catalog: GlueCatalog) -> None:
    catalog.register(ENTRY)
    catalog.set_partitions(ENTRY, {("1",): "s3://one"})
    wider = replace(ENTRY, columns=(*ENTRY.columns, Column("more", "date")))
    catalog.set_partitions(wider, {("1",): "s3://one"})
    (found,) = boto3.client("glue").get_partitions(DatabaseName="standardized", TableName="person")[
        "Partitions"
    ]
    assert found["StorageDescriptor"]["Columns"][-1] == {"Name": "more", "Type": "date"}


def test_a_right_that_is_missing(catalog: GlueCatalog, monkeypatch: pytest.MonkeyPatch) -> None:
    def refuse(self: GlueResponse) -> str:
        raise JsonRESTError("AccessDeniedException", "not you")

    monkeypatch.setattr(GlueResponse, "create_table", refuse)
    with pytest.raises(SinkError) as told:
        catalog.register(ENTRY)
    assert told.value.message == (
        "cannot register the table standardized.person in the Glue Data Catalog: access denied"
    )
    assert "needs the right for CreateTable" in told.value.hint


def test_no_region(catalog: GlueCatalog, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("AWS_REGION")
    monkeypatch.delenv("AWS_DEFAULT_REGION")
    with pytest.raises(SinkError, match="no AWS region is set"):
        GlueCatalog("").table("raw.x")


def test_partitions_are_told_from_folders() -> None:
    keys = [
        "raw/t/city=Brno/a.parquet",
        "raw/t/city=Brno/b.parquet",
        "raw/t/city=D%C4%9B%C4%8D%C3%ADn%2F2/a.parquet",
        "raw/t/_log/x.parquet",
    ]
    assert hive_partitions("raw/t", keys, ["city"]) == {
        ("Brno",): "raw/t/city=Brno",
        ("Děčín/2",): "raw/t/city=D%C4%9B%C4%8D%C3%ADn%2F2",
    }
