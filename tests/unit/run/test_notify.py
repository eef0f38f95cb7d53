"""Who hears of a run, with moto's server as SNS and a queue that is subscribed to the topic."""

from __future__ import annotations

import json
import logging
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import boto3
import pytest

from etl_core.config.loader import load
from etl_core.report.records import TableRecord
from etl_core.report.store import report_key, run_key
from etl_core.run.common.session import identify
from etl_core.run.entry import Outcome, leave
from etl_core.state.models import Verdict
from tests.aws import empty_account, moto_server, settings
from tests.unit.config.small_project import LOCAL, write

AT = datetime(2026, 11, 21, tzinfo=UTC)
ACCOUNT = "123456789012"
TOPIC = f"arn:aws:sns:eu-central-1:{ACCOUNT}:data-alerts"


@pytest.fixture(scope="module")
def server() -> Iterator[str]:
    with moto_server() as url:
        yield url


@pytest.fixture
def queue(server: str, monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> str:
    """The URL of one that hears all the topic gets. Settings name another region than the topic's."""
    for name, value in settings(server, tmp_path).items():
        monkeypatch.setenv(name, value)
    empty_account(server)
    made: str = boto3.client("sqs").create_queue(QueueName="all")["QueueUrl"]
    assert boto3.client("sns").create_topic(Name="data-alerts")["TopicArn"] == TOPIC
    subscribe("all")
    monkeypatch.setenv("AWS_REGION", "us-east-1")
    return made


def subscribe(queue: str, **policy: list[str]) -> None:
    given = {"FilterPolicy": json.dumps(policy)} if policy else {}
    endpoint = f"arn:aws:sqs:eu-central-1:{ACCOUNT}:{queue}"
    sns = boto3.client("sns", region_name="eu-central-1")
    sns.subscribe(TopicArn=TOPIC, Protocol="sqs", Endpoint=endpoint, Attributes=given)


def heard(queue: str) -> list[dict[str, Any]]:
    sqs = boto3.client("sqs", region_name="eu-central-1")
    found = sqs.receive_message(QueueUrl=queue, MaxNumberOfMessages=10).get("Messages", [])
    return [json.loads(one["Body"]) for one in found]


def ended(folder: Path, setting: str, *tables: TableRecord) -> Outcome:
    """A run that comes to its end with what its tables say."""
    environment = f"profile: glue-5.1\nwarehouse: {folder / 'lake'}\n{setting}\n"
    return leave(load(write(folder / "p", {LOCAL: environment}), "local"), identify(), "run", list(tables))


def table(status: Any, exit_code: int, name: str = "raw.orders") -> TableRecord:
    error = "" if status == "done" else "no luck"
    return TableRecord(
        table=name,
        status=status,
        started=AT,
        exit_code=exit_code,
        error=error,
        stage="write" if error else "",
        data_state="as before" if error else "",
    )


WARNED = table("done", 0).model_copy(
    update={"verdicts": (Verdict(rule="RowCount > 9", outcome="failed", blocking=False),)}
)


def test_one_message_a_run_when_its_report_is_there(queue: str, tmp_path: Path) -> None:
    outcome = ended(
        tmp_path, f"notify: {{sns: '{TOPIC}'}}", table("failed", 4), table("blocked", 3, "enriched.daily")
    )
    (message,) = heard(queue)
    assert message["Subject"] == "shop local: failed: raw.orders and 1 more"
    assert "raw.orders: failed in stage write\n  cause: no luck\n  data: as before\n" in message["Message"]
    assert message["MessageAttributes"] == {
        "project": {"Type": "String", "Value": "shop"},
        "environment": {"Type": "String", "Value": "local"},
        "status": {"Type": "String", "Value": "failed"},
    }
    place = message["Message"].rpartition("report: ")[2].strip()
    assert place == outcome.report
    assert Path(place.removeprefix("file://")).is_file()
    assert outcome.record.warnings == ()


@pytest.mark.parametrize(
    ("on", "part", "count"),
    [
        ("", table("done", 0), 0),
        ("", table("blocked", 3), 1),
        ("", WARNED, 0),
        (", on: [warned]", WARNED, 1),
        (", on: [failed]", table("blocked", 3), 0),
        (", on: [failed]", table("not_started", 4), 1),
        (", on: [blocked, warned]", table("failed", 4), 0),
        (", on: [blocked, warned]", table("blocked", 3), 1),
    ],
)
def test_what_is_told_is_what_was_asked_for(
    queue: str, tmp_path: Path, on: str, part: TableRecord, count: int
) -> None:
    ended(tmp_path, f"notify: {{sns: '{TOPIC}'{on}}}", part)
    assert len(heard(queue)) == count


def test_filter_policies_choose_by_the_attributes(queue: str, tmp_path: Path) -> None:
    sqs = boto3.client("sqs", region_name="eu-central-1")
    urls = {name: sqs.create_queue(QueueName=name)["QueueUrl"] for name in ("failed", "blocked")}
    for name in urls:
        subscribe(name, status=[name], environment=["local"])
    ended(tmp_path, f"notify: {{sns: '{TOPIC}'}}", table("blocked", 3))
    assert {name: len(heard(url)) for name, url in urls.items()} == {"failed": 0, "blocked": 1}


def test_nobody_hears_where_nobody_is_named(queue: str, tmp_path: Path) -> None:
    assert ended(tmp_path, "", table("failed", 4)).record.warnings == ()
    assert heard(queue) == []


def test_a_message_that_cannot_be_sent_is_a_warning_and_nothing_else(
    queue: str, tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    with caplog.at_level(logging.WARNING):
        outcome = ended(tmp_path, f"notify: {{sns: '{TOPIC}-gone'}}", table("blocked", 3))
    assert outcome.record.exit_code == 3
    (warning,) = outcome.record.warnings
    assert warning.startswith(
        "nobody was told of this run: cannot send a message to the SNS topic data-alerts-gone"
    )
    assert "does not exist" in warning
    assert ACCOUNT not in warning
    assert [one.getMessage() for one in caplog.records] == [warning]
    lake, run_id = tmp_path / "lake", outcome.record.run_id
    assert json.loads((lake / run_key(run_id)).read_text())["warnings"] == [warning]
    assert "data-alerts-gone" in (lake / report_key(run_id)).read_text()


def test_a_missing_right_is_named(queue: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """moto refuses nothing; the answer is AWS's (SNS API Reference, "Publish", errors)."""
    from etl_core.aws.clients import client

    def refused(http_response: Any, parsed: dict[str, Any], **_: object) -> None:
        parsed["Error"] = {"Code": "AuthorizationError", "Message": f"User arn:aws:sts::{ACCOUNT}:x may not"}
        http_response.status_code = 403

    events = client("sns", "eu-central-1").meta.events
    events.register("after-call.sns.Publish", refused)
    try:
        (warning,) = ended(tmp_path, f"notify: {{sns: '{TOPIC}'}}", table("failed", 4)).record.warnings
    finally:
        events.unregister("after-call.sns.Publish", refused)
    assert "access denied; the job's role, or whoever runs this needs the right for Publish" in warning
    assert ACCOUNT not in warning
