"""The Glue Data Catalog as sinks keep it, against moto's server."""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import boto3
import pytest
from moto.core.exceptions import JsonRESTError
from moto.glue.responses import GlueResponse

from etl_core.errors import SinkError
from etl_core.sinks.glue_catalog import GlueCatalog
from etl_core.sinks.glue_entry import Classes, Column, Entry, Partition, columns_of
from etl_core.sinks.protocol import Published, Staging, TargetSpec
from etl_core.sinks.registering import Registering, hive_partitions
from etl_core.state.models import TableState
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


def held_partitions() -> dict[tuple[str, ...], dict[str, Any]]:
    pages = boto3.client("glue").get_paginator("get_partitions")
    found = pages.paginate(DatabaseName="standardized", TableName="person")
    return {tuple(one["Values"]): one for page in found for one in page["Partitions"]}


def places() -> dict[tuple[str, ...], str]:
    return {values: one["StorageDescriptor"]["Location"] for values, one in held_partitions().items()}


def at(**places: str) -> dict[tuple[str, ...], Partition]:
    return {(day,): Partition(place, 1, 10) for day, place in places.items()}


def test_partitions_become_those_that_are_wanted(catalog: GlueCatalog) -> None:
    catalog.register(ENTRY)
    many = {str(day): f"s3://lake/standardized/person/day={day}" for day in range(130)}
    catalog.set_partitions(ENTRY, at(**many))
    assert places() == {(day,): place for day, place in many.items()}
    less = {"1": "s3://moved", "2": many["2"], "new": "s3://new"}
    catalog.set_partitions(ENTRY, at(**less))
    assert places() == {(day,): place for day, place in less.items()}
    catalog.set_partitions(ENTRY, {})
    assert places() == {}


def test_partitions_have_the_columns_of_today(catalog: GlueCatalog) -> None:
    catalog.register(ENTRY)
    catalog.set_partitions(ENTRY, at(one="s3://one"))
    wider = replace(ENTRY, columns=(*ENTRY.columns, Column("more", "date")))
    catalog.set_partitions(wider, at(one="s3://one"))
    (found,) = held_partitions().values()
    assert found["StorageDescriptor"]["Columns"][-1] == {"Name": "more", "Type": "date"}


def test_partitions_have_statistics_and_are_written_only_where_they_differ(
    catalog: GlueCatalog, monkeypatch: pytest.MonkeyPatch
) -> None:
    asked: list[str] = []
    for name in ("batch_update_partition", "batch_create_partition", "batch_delete_partition"):
        real = getattr(GlueResponse, name)

        def told(self: GlueResponse, real: Any = real, name: str = name) -> Any:
            asked.append(name)
            return real(self)

        monkeypatch.setattr(GlueResponse, name, told)
    catalog.register(ENTRY)
    catalog.set_partitions(ENTRY, at(one="s3://one", two="s3://two"))
    more = {**at(one="s3://one"), ("two",): Partition("s3://two", 3, 345)}
    catalog.set_partitions(ENTRY, more)
    catalog.set_partitions(ENTRY, more)
    assert asked == ["batch_create_partition", "batch_update_partition"]
    kept = {values: one["Parameters"] for values, one in held_partitions().items()}
    assert kept == {
        ("one",): {"numFiles": "1", "totalSize": "10"},
        ("two",): {"numFiles": "3", "totalSize": "345"},
    }


def test_a_part_that_was_refused_is_an_error(catalog: GlueCatalog, monkeypatch: pytest.MonkeyPatch) -> None:
    """Glue answers 200, with what it refused in the answer."""
    catalog.register(ENTRY)
    refused = {"PartitionValues": ["one"], "ErrorDetail": {"ErrorCode": "X", "ErrorMessage": "too long"}}
    answer = json.dumps({"Errors": [refused]})
    monkeypatch.setattr(GlueResponse, "batch_create_partition", lambda self: answer)
    with pytest.raises(SinkError, match=r"cannot register the partitions of standardized\.person.*too long"):
        catalog.set_partitions(ENTRY, at(one="s3://one"))


class Plain:
    """A table, as far as publishing goes."""

    def __init__(self, at: object) -> None:
        self.at = at

    def publish(self, staging: Staging, state: TableState) -> Published:
        return Published(staging.run_id, 1)


class Known(Registering, Plain):
    looked = 0

    def entry(self) -> Entry:
        self.looked += 1
        return ENTRY

    def partition_files(self, entry: Entry) -> dict[str, int]:
        return {f"{entry.location}/day=1/a.parquet": 5}


def test_a_publish_looks_at_the_table_once(catalog: GlueCatalog) -> None:
    catalog.register(ENTRY)
    table = Known(None, catalog)
    state = TableState(run_id="r1", at=datetime(2026, 11, 1, tzinfo=UTC))
    assert table.publish(Staging("r1", "", ""), state) == Published("r1", 1)
    assert table.looked == 1
    assert places() == {("1",): "s3://lake/standardized/person/day=1"}


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
    files = {
        "s3://lake/raw/t/city=Brno/a.parquet": 1,
        "s3://lake/raw/t/city=Brno/b.parquet": 20,
        "s3://lake/raw/t/city=D%C4%9B%C4%8D%C3%ADn%2F2/a.parquet": 300,
        "s3://lake/raw/t/_log/x.parquet": 4000,
    }
    assert hive_partitions("s3://lake/raw/t", files, ["city"]) == {
        ("Brno",): Partition("s3://lake/raw/t/city=Brno", 2, 21),
        ("Děčín/2",): Partition("s3://lake/raw/t/city=D%C4%9B%C4%8D%C3%ADn%2F2", 1, 300),
    }
