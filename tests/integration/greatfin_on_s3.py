"""GreatFin in its environment `prod`: two days, some tables in other formats, each job run by itself."""

from __future__ import annotations

import json
import shutil
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import boto3
from pyiceberg.catalog.glue import GlueCatalog

from etl_core.config.loader import load
from etl_core.config.project import Project
from etl_core.demo.days import DAYS
from etl_core.demo.greatfin import generate
from etl_core.deploy.bundle.reader import read_bundle
from etl_core.deploy.cloudformation.job import role_id
from etl_core.deploy.cloudformation.template import make_template
from etl_core.deploy.common.units import Unit, all_units
from etl_core.sinks.scanning import Wanted, scan_table
from tests.iam import allowed
from tests.integration.on_s3 import OnS3, upload
from tests.integration.projects import REPOSITORY
from tests.oracles import greatfin as oracle
from tests.oracles.events import Row
from tests.oracles.greatfin_tables import expected_tables
from tests.requested import Asked, rights_of
from tests.unit.deploy.bundle_sample import write_bundle
from tests.unit.deploy.resolved import of_type, rights

FORMATS = {
    "raw/lead": "delta",
    "standardized/interaction_b": "delta",
    "standardized/customer_b": "hudi",
    "conformed/interaction": "hudi",
    "enriched/top_leads_by_region": "parquet",
}
TOPIC = "data-alerts"
MORE = """\
notify: {{sns: "{topic}", on: [failed, blocked, warned]}}
spark:
  spark.master: local[2]
  spark.driver.memory: 1g
  spark.hadoop.greatfin.token: secret://greatfin/vendor/token
"""
# Rights that are given and were not used here, and why.
UNUSED = {
    "s3:GetBucketLocation": "clients that look for a bucket's region; here an endpoint is set",
    "s3:AbortMultipartUpload": "an upload in parts that fails",
    "logs:CreateLogGroup": "Glue's own logs",
    "logs:CreateLogStream": "Glue's own logs",
    "logs:PutLogEvents": "Glue's own logs",
    "cloudwatch:PutMetricData": "Glue's own metrics",
}


@dataclass(frozen=True)
class Day:
    """`records`: by job, in their order. `held`: the tables' rows when all had run; what the oracle says."""

    records: dict[str, Any]
    held: dict[str, list[Row]]
    expected: dict[str, list[Row]]


@dataclass(frozen=True)
class GreatFin:
    """`requests`: by job, what came to AWS while it ran, on both days. `messages`: what the topic got."""

    project: Project
    template: Any
    units: dict[str, Unit]
    days: dict[int, Day]
    requests: dict[str, list[dict[str, Any]]]
    messages: list[dict[str, Any]]

    def rights(self, job: str) -> list[dict[str, Any]]:
        """The statements of the job's role."""
        return rights(self.template, role_id(self.units[job]))

    def asked(self, job: str) -> set[Asked]:
        return {one for request in self.requests[job] for one in rights_of(request)}

    def denied(self, job: str) -> set[Asked]:
        statements = self.rights(job)
        return {one for one in self.asked(job) if not allowed(statements, one)}


def play(aws: OnS3, folder: Path) -> GreatFin:
    """What the stack makes; then on each day what the sources deliver, and job after job."""
    topic = boto3.client("sns").create_topic(Name=TOPIC)["TopicArn"]
    queue = _subscribed(topic)
    project = _project(folder, topic)
    built = read_bundle(write_bundle(folder / "bundle", "GreatFin", "prod"))
    template = make_template(project, built).body
    for database in of_type(template, "AWS::Glue::Database").values():
        _unless_there(database["DatabaseInput"])
    boto3.client("secretsmanager").create_secret(
        Name="greatfin/vendor", SecretString=json.dumps({"token": "t0p"})
    )
    upload(REPOSITORY / "conf/reference", "greatfin-landing", "reference/")
    units = {unit.name: unit for unit in all_units(project) if unit.schedule != "everything"}
    requests: dict[str, list[dict[str, Any]]] = {job: [] for job in units}
    sources = oracle.sources(folder / "landing")
    days: dict[int, Day] = {}
    for day in DAYS:
        generate(folder / "landing", day)
        upload(folder / "landing", "greatfin-landing")
        for source in sources.values():
            source.advance()
        records = {}
        for job, unit in units.items():
            before = len(aws.requests())
            records[job] = aws.run(project.root, "prod", ",".join(unit.tables), f"2026-11-0{day}T23:00:00")
            requests[job] += aws.requests()[before:]
        expected = expected_tables(project.root, sources)
        days[day] = Day(records, {table: _rows(project, table) for table in expected}, expected)
    return GreatFin(project, template, units, days, requests, _heard(queue))


def _rows(project: Project, table: str) -> list[Row]:
    """Iceberg by pyiceberg, which goes by the catalog; others by their own engines. No Spark."""
    if project.tables[table].format == "iceberg":
        found = pyiceberg().load_table(table).scan().to_arrow().to_pylist()
    else:
        found = list(scan_table(project.environment, project.tables[table], Wanted()).rows)
    return [{name: value for name, value in row.items() if not name.startswith("_strata")} for row in found]


def pyiceberg() -> GlueCatalog:
    """The catalog as somebody else sees it."""
    return GlueCatalog("other", **{"s3.endpoint": boto3.client("s3").meta.endpoint_url})


def _subscribed(topic: str) -> str:
    """The URL of a queue that hears all the topic gets."""
    sqs = boto3.client("sqs")
    url: str = sqs.create_queue(QueueName="heard")["QueueUrl"]
    endpoint = sqs.get_queue_attributes(QueueUrl=url, AttributeNames=["QueueArn"])["Attributes"]["QueueArn"]
    boto3.client("sns").subscribe(TopicArn=topic, Protocol="sqs", Endpoint=endpoint)
    return url


def _heard(queue: str) -> list[dict[str, Any]]:
    found = boto3.client("sqs").receive_message(QueueUrl=queue, MaxNumberOfMessages=10)
    return [json.loads(one["Body"]) for one in found.get("Messages", [])]


def _project(folder: Path, topic: str) -> Project:
    root = folder / "project"
    for part in ("conf", "jobs"):
        shutil.copytree(REPOSITORY / part, root / part)
    for table, name in FORMATS.items():
        path = root / f"conf/tables/{table}.yaml"
        text = path.read_text()
        edited = text.replace("target: {", f"target: {{format: {name}, ").replace(
            "target:\n", f"target:\n  format: {name}\n"
        )
        assert edited.count(f"format: {name}") == 1, text
        path.write_text(edited)
    environment = root / "conf/environments/prod.yaml"
    text = environment.read_text().replace("threads: 8", "threads: 4")
    environment.write_text(text + MORE.format(topic=topic))
    return load(root, "prod")


def _unless_there(database: dict[str, Any]) -> None:
    """Another project of the account may have made it."""
    glue = boto3.client("glue")
    if database["Name"] not in [one["Name"] for one in glue.get_databases()["DatabaseList"]]:
        glue.create_database(DatabaseInput=database)
