"""Projects on S3 and the Glue Data Catalog, with moto's server in place of AWS: run in a process of their
own, looked at by engines that are not Spark and by boto3. First a shop with a cdc table in each format, then
GreatFin as it is deployed, two days, each job with the rights of its role."""

from __future__ import annotations

import io
import json
import re
from collections.abc import Iterator
from contextlib import redirect_stdout
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Any

import boto3
import pytest

from etl_core.cli.main import main
from etl_core.demo.days import DAYS
from tests.iam import allowed
from tests.integration.greatfin_on_s3 import UNUSED, GreatFin, play, pyiceberg
from tests.integration.on_s3 import OnS3, on_s3
from tests.integration.projects import run_json, write
from tests.moto_process import UPDATES, lines_of
from tests.oracles.greatfin_tables import TABLES, comparable

FORMATS = ("iceberg", "delta", "hudi")
CUSTOMER = """\
table: standardized.{format}
description: Customers, as {format}.
owner: crm@shop.example
source: {{path: "${{landing}}/customers", format: csv}}
target:
  format: {format}
  mode: cdc
  keys: [id]
  sequence_by: [at]
  operation_column: op
  partition_by: [{partition}]
columns:
  - {{name: id, type: int, description: "Number of the customer,\\n for life."}}
  - {{name: city, type: string}}
  - {{name: joined, type: date}}
  - {{name: paid, type: "decimal(9,2)"}}
  - {{name: at, type: timestamp}}
"""
PROJECT = {
    "conf/strata.yaml": "name: shop\nlayers: [raw, standardized, enriched]\n",
    "conf/environments/local.yaml": """\
profile: glue-5.1
warehouse: s3://lake/tables
variables: {landing: s3://landing}
threads: 1
spark:
  spark.master: local[2]
  spark.driver.memory: 1g
  spark.driver.extraJavaOptions: "-XX:TieredStopAtLevel=1 -XX:ReservedCodeCacheSize=240m"
""",
    **{
        f"conf/tables/standardized/{name}.yaml": CUSTOMER.format(
            format=name, partition={"iceberg": "months(joined)", "delta": "joined", "hudi": "city"}[name]
        )
        for name in FORMATS
    },
    "conf/tables/enriched/flat.yaml": """\
table: enriched.flat
inputs: {customers: standardized.iceberg}
target: {format: parquet, mode: overwrite}
""",
}
FIRST = """\
op,id,city,joined,paid,at
I,1,Brno,2024-01-05,10.50,2024-05-01 10:00:00
I,2,Plzeň,2024-02-06,20.00,2024-05-01 10:00:00
I,3,Brno,2024-02-07,30.25,2024-05-01 10:00:00
I,4,,2024-02-08,,2024-05-01 10:00:00
"""
SECOND = """\
op,id,city,joined,paid,at
U,2,Brno,2024-02-06,21.00,2024-05-02 10:00:00
D,3,Brno,2024-02-07,30.25,2024-05-02 10:00:00
U,1,Praha,2024-01-05,99.00,2024-04-30 10:00:00
I,5,Děčín,2024-03-09,50.00,2024-05-02 10:00:00
"""
AFTER_FIRST = [(1, "Brno", 10.5), (2, "Plzeň", 20), (3, "Brno", 30.25), (4, None, None)]
AFTER_SECOND = [(1, "Brno", 10.5), (2, "Brno", 21), (4, None, None), (5, "Děčín", 50)]
COLUMNS = {"id": "int", "city": "string", "joined": "date", "paid": "decimal(9,2)", "at": "timestamp"}


@pytest.fixture(scope="module", autouse=True)
def _shared_spark() -> None:
    """Not here: a process of its own has a Spark started with what a warehouse on S3 needs."""


@pytest.fixture(scope="module")
def patch() -> Iterator[pytest.MonkeyPatch]:
    with pytest.MonkeyPatch.context() as patch:
        yield patch


@pytest.fixture(scope="module")
def aws(patch: pytest.MonkeyPatch, tmp_path_factory: pytest.TempPathFactory) -> Iterator[OnS3]:
    folder = tmp_path_factory.mktemp("aws")
    with on_s3(folder, patch, "lake", "landing", "greatfin-lake", "greatfin-landing") as aws:
        yield aws


@dataclass(frozen=True)
class Shop:
    """The project after two runs; what each said, what `strata show` said after it, and the updates of
    tables that the catalog was asked for."""

    root: Path
    runs: list[dict[str, Any]]
    shown: list[dict[str, list[tuple[Any, ...]]]]
    updates: list[dict[str, Any]]


@pytest.fixture(scope="module")
def shop(aws: OnS3, tmp_path_factory: pytest.TempPathFactory) -> Shop:
    root = write(tmp_path_factory.mktemp("shop"), PROJECT)
    runs, shown = [], []
    for name, text in (("2024 05-01.csv", FIRST), ("2024 05-02.csv", SECOND)):
        boto3.client("s3").put_object(Bucket="landing", Key=f"customers/{name}", Body=text.encode())
        runs.append(aws.run(root))
        shown.append({table: rows(root, table) for table in tables()})
    return Shop(root, runs, shown, lines_of(aws.folder / UPDATES))


def tables() -> list[str]:
    return [*(f"standardized.{name}" for name in FORMATS), "enriched.flat"]


def rows(root: Path, table: str) -> list[tuple[Any, ...]]:
    """(id, city, paid) as `strata show` has them: without Spark."""
    found = json.loads(said(root, "show", table, "--json"))
    return sorted((row["id"], row["city"], row["paid"]) for row in found)


def said(root: Path, *arguments: str) -> str:
    """What a command prints, in this process."""
    out = io.StringIO()
    with redirect_stdout(out), pytest.raises(SystemExit) as ended:
        main([*arguments, "--project", str(root)])
    assert ended.value.code in (0, None), out.getvalue()
    return out.getvalue()


def entry(table: str) -> dict[str, Any]:
    layer, _, name = table.partition(".")
    found: dict[str, Any] = boto3.client("glue").get_table(DatabaseName=layer, Name=name)["Table"]
    return found


def types(columns: list[dict[str, str]]) -> dict[str, str]:
    return {one["Name"]: one["Type"] for one in columns if not one["Name"].startswith(("_strata", "_hoodie"))}


@pytest.mark.parametrize("table", tables())
def test_inserts_then_changes(shop: Shop, table: str) -> None:
    assert shop.shown[0][table] == AFTER_FIRST
    assert shop.shown[1][table] == AFTER_SECOND
    assert [record["exit_code"] for record in shop.runs] == [0, 0]


def test_pyiceberg_reads_by_the_catalog(shop: Shop) -> None:
    table = pyiceberg().load_table("standardized.iceberg")
    found = table.scan().to_arrow().to_pylist()
    assert sorted((row["id"], row["city"], row["joined"]) for row in found) == [
        (1, "Brno", date(2024, 1, 5)),
        (2, "Brno", date(2024, 2, 6)),
        (4, None, date(2024, 2, 8)),
        (5, "Děčín", date(2024, 3, 9)),
    ]
    assert [field.name for field in table.spec().fields] == ["joined_month"]


@pytest.mark.parametrize("name", FORMATS)
def test_columns_types_and_locations(shop: Shop, name: str) -> None:
    found = entry(f"standardized.{name}")
    held = types(found["StorageDescriptor"]["Columns"] + found.get("PartitionKeys", []))
    assert held == COLUMNS
    assert found["StorageDescriptor"]["Location"] == f"s3://lake/tables/standardized/{name}"
    assert found["Description"] == f"Customers, as {name}."
    assert found["Parameters"]["strata.owner"] == "crm@shop.example"
    assert found["Parameters"]["strata.layer"] == "standardized"
    comments = {one["Name"]: one.get("Comment") for one in found["StorageDescriptor"]["Columns"]}
    assert comments["id"] in ("Number of the customer, for life.", "Number of the customer,\n for life.")


def test_what_tells_readers_of_the_format(shop: Shop) -> None:
    kinds = {name: entry(f"standardized.{name}")["Parameters"] for name in FORMATS}
    assert kinds["iceberg"]["table_type"].upper() == "ICEBERG"
    assert kinds["iceberg"]["metadata_location"].startswith("s3://lake/tables/standardized/iceberg/metadata/")
    assert kinds["delta"]["table_type"] == "DELTA"
    assert kinds["hudi"]["spark.sql.sources.provider"] == "hudi"


def test_iceberg_commits_against_glues_versions_and_keeps_none(shop: Shop) -> None:
    """The server refused every update that named an old version (see `refuse_stale_updates`)."""
    mine = [one for one in shop.updates if one["TableInput"]["Name"] == "iceberg"]
    commits = [one for one in mine if "metadata_location" in one["TableInput"]["Parameters"]]
    assert len(commits) >= 4  # two runs: a branch and a publish each, at least
    assert all(one["VersionId"] and one["SkipArchive"] for one in commits)


def partitions(table: str) -> dict[tuple[str, ...], str]:
    layer, _, name = table.partition(".")
    found = boto3.client("glue").get_partitions(DatabaseName=layer, TableName=name)["Partitions"]
    return {tuple(one["Values"]): one["StorageDescriptor"]["Location"] for one in found}


def test_partitions(shop: Shop) -> None:
    assert [one["Name"] for one in entry("standardized.delta")["PartitionKeys"]] == ["joined"]
    assert [one["Name"] for one in entry("standardized.hudi")["PartitionKeys"]] == ["_strata_identity_city"]
    assert set(partitions("standardized.hudi")) >= {("Brno",), ("Děčín",)}
    for place in partitions("standardized.hudi").values():
        assert place.startswith("s3://lake/tables/standardized/hudi/_strata_identity_city=")


def test_a_parquet_table_shows_what_is_published_only(shop: Shop) -> None:
    """Two overwrites: the folder of the first is no partition any more."""
    (values,) = partitions("enriched.flat")
    assert values == (shop.runs[1]["run_id"],)
    (place,) = partitions("enriched.flat").values()
    bucket, _, prefix = place.removeprefix("s3://").partition("/")
    assert boto3.client("s3").list_objects_v2(Bucket=bucket, Prefix=prefix)["KeyCount"] > 0


def test_side_tables_are_in_the_catalog_too(shop: Shop) -> None:
    found = boto3.client("glue").get_tables(DatabaseName="_strata")["TableList"]
    mine = [one for one in found if one["StorageDescriptor"]["Location"].startswith("s3://lake/")]
    names = {one["Name"]: one["Parameters"].get("strata.side_table_of") for one in mine}
    assert names == {f"standardized__{name}_tombstones": f"standardized.{name}" for name in FORMATS}


def test_plan_and_state_need_no_spark(shop: Shop, patch: pytest.MonkeyPatch) -> None:
    with pytest.MonkeyPatch.context() as without:
        without.setenv("JAVA_HOME", "/nowhere")
        without.setenv("PATH", "/nowhere")
        plan = json.loads(said(shop.root, "plan", "--json"))
        state = said(shop.root, "state", "show", "--json")
        again = run_json(shop.root)
    assert {step["action"] for step in plan["steps"]} == {"nothing"}
    assert "2024 05-02.csv" in state
    assert {part["status"] for part in again["tables"]} == {"nothing_new"}


@pytest.fixture(scope="module")
def greatfin(aws: OnS3, tmp_path_factory: pytest.TempPathFactory) -> GreatFin:
    return play(aws, tmp_path_factory.mktemp("greatfin"))


@pytest.mark.parametrize("day", DAYS)
def test_every_job_of_greatfin_went_well(greatfin: GreatFin, day: int) -> None:
    records = greatfin.days[day].records
    assert {job: record["exit_code"] for job, record in records.items()} == {
        "greatfin-prod-nightly": 0,
        "greatfin-prod-marts-conformed-person": 0,
        "greatfin-prod-marts-conformed-interaction": 0,
        "greatfin-prod-marts-conformed-leads": 0,
        "greatfin-prod-marts-enriched-top_leads_by_region": 0,
    }
    ran = {entry["table"]: entry["status"] for record in records.values() for entry in record["tables"]}
    idle = {"standardized.state_region": "nothing_new"} if day == 2 else {}  # census regions stay
    assert ran == dict.fromkeys(greatfin.project.tables, "done") | idle
    assert {table.format for table in greatfin.project.tables.values()} == {"parquet", *FORMATS}


@pytest.mark.parametrize("day", DAYS)
@pytest.mark.parametrize("table", TABLES)
def test_greatfins_tables_hold_what_the_oracle_says(greatfin: GreatFin, table: str, day: int) -> None:
    found = greatfin.days[day]
    held, expected = comparable(found.held[table]), comparable(found.expected[table])
    assert (list((expected - held).elements())[:3], list((held - expected).elements())[:3]) == ([], [])


def test_every_table_of_greatfin_is_in_the_catalog(greatfin: GreatFin) -> None:
    for name, table in greatfin.project.tables.items():
        found, contract = entry(name), table.config
        place = f"s3://greatfin-lake/warehouse/{name.replace('.', '/')}"
        assert found["StorageDescriptor"]["Location"].removesuffix("/data") == place
        assert found["Description"] == contract.description, name
        assert found["Parameters"]["strata.owner"] == contract.owner, name
        columns = [*found["StorageDescriptor"]["Columns"], *found.get("PartitionKeys", [])]
        held = {one["Name"].lower(): (one["Type"].lower(), one.get("Comment", "")) for one in columns}
        wanted = {
            one.name.lower(): (one.type.replace(" ", "").lower(), one.description)
            for one in contract.columns
            if not (one.name == "is_deleted" and contract.target.delete_when)
        }
        assert {one: held.get(one) for one in wanted} == wanted, name


def test_partitions_of_greatfin(greatfin: GreatFin) -> None:
    (key,) = entry("conformed.interaction")["PartitionKeys"]
    assert key["Name"] == "_strata_identity_channel"
    channels = {row["channel"] for row in greatfin.days[2].expected["conformed.interaction"]}
    assert set(partitions("conformed.interaction")) == {(channel,) for channel in channels}
    found = boto3.client("glue").get_partitions(DatabaseName="conformed", TableName="interaction")
    for one in found["Partitions"]:
        bucket, _, prefix = one["StorageDescriptor"]["Location"].removeprefix("s3://").partition("/")
        objects = boto3.client("s3").list_objects_v2(Bucket=bucket, Prefix=f"{prefix}/")["Contents"]
        files = [item for item in objects if item["Key"].endswith(".parquet")]
        # Hudi's names: <file id>_<write token>_<instant>; readers see those of the second overwrite
        newest = max(item["Key"].rpartition("_")[2] for item in files)
        sizes = [item["Size"] for item in files if item["Key"].endswith(newest)]
        assert 0 < len(sizes) < len(files)
        wanted = {"numFiles": str(len(sizes)), "totalSize": str(sum(sizes))}
        assert one["Parameters"] == wanted, one["Values"]
    leads = pyiceberg().load_table("conformed.leads")
    assert [field.name for field in leads.spec().fields] == ["region", "year"]


def test_roles_allow_what_their_jobs_asked_for(greatfin: GreatFin) -> None:
    denied = {job: sorted(greatfin.denied(job), key=str) for job in greatfin.units}
    assert {job: (len(found), found[:5]) for job, found in denied.items() if found} == {}


def test_jobs_asked_for_all_kinds_of_things(greatfin: GreatFin) -> None:
    """What the test above looks at is not nothing."""
    asked = {one.action for job in greatfin.units for one in greatfin.asked(job)}
    assert asked >= {
        "s3:GetObject", "s3:PutObject", "s3:DeleteObject", "s3:ListBucket", "glue:CreateTable",
        "glue:UpdateTable", "glue:BatchCreatePartition", "secretsmanager:GetSecretValue", "sns:Publish",
    }  # fmt: skip


def test_a_role_is_no_wider_than_its_job(greatfin: GreatFin) -> None:
    """The job of one table may not write what the job of all raw and standardized tables wrote, and no
    resource is `*` where the action can name one."""
    nightly, last = "greatfin-prod-nightly", "greatfin-prod-marts-enriched-top_leads_by_region"
    asked = [one for one in greatfin.asked(nightly) if one.action in ("s3:PutObject", "glue:UpdateTable")]
    own = [one for one in asked if ":::" in one.resource or ":table/" in one.resource]
    root = "arn:aws:s3:::greatfin-lake/warehouse/_strata"
    common = tuple(f"{root}/{one}" for one in ("runs/", "reports/", "metrics/", "new_"))
    shared = [
        one
        for one in own
        if one.resource.startswith(common) or one.resource.endswith(":table/_strata/metrics")
    ]
    wrote = [one for one in own if one not in shared]
    assert len(wrote) > 100
    assert [one for one in wrote if allowed(greatfin.rights(last), one)] == []
    for job in greatfin.units:
        wide = {action for one in greatfin.rights(job) if "*" in one["Resource"] for action in one["Action"]}
        assert wide == {"cloudwatch:PutMetricData"}


def test_rows_of_the_second_day_that_failed_rules_came_to_the_topic(greatfin: GreatFin) -> None:
    """No other run had anything to tell."""
    record = greatfin.days[2].records["greatfin-prod-nightly"]
    verdicts = {part["table"]: [one["outcome"] for one in part["verdicts"]] for part in record["tables"]}
    warned = [table for table, outcomes in verdicts.items() if "failed" in outcomes]
    assert len(warned) == 4
    (message,) = greatfin.messages
    assert message["Subject"] == f"GreatFin prod: warned: {warned[0]} and 3 more"
    assert re.findall(r"^(\S+): done, with a warning$", message["Message"], re.MULTILINE) == warned
    place = f"s3://greatfin-lake/warehouse/_strata/reports/{record['run_id']}.html"
    assert message["Message"].endswith(f"report: {place}\n")
    assert message["MessageAttributes"]["status"]["Value"] == "warned"


def test_rights_that_no_job_used(greatfin: GreatFin) -> None:
    """Each with the reason why it is given all the same."""
    given = {action for job in greatfin.units for one in greatfin.rights(job) for action in one["Action"]}
    used = {one.action for job in greatfin.units for one in greatfin.asked(job)}
    assert given - used == UNUSED.keys()
