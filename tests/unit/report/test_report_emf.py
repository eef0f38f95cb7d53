"""Metrics in CloudWatch's embedded metric format, held against the schema of its specification."""

from __future__ import annotations

import json
from datetime import UTC, datetime, timedelta
from typing import Any

import jsonschema
import pytest

from etl_core.report.emf import metrics_of
from etl_core.report.records import Launch, RowCounts, RunRecord, Status, TableRecord
from etl_core.state.models import Verdict

# "Embedded metric format JSON schema" of the specification that etl_core/report/emf.py names; with its
# prose: at most 100 metrics, 30 dimensions, dimension values of 1 to 1024 characters.
UNITS = (
    "Seconds|Microseconds|Milliseconds|Bytes|Kilobytes|Megabytes|Gigabytes|Terabytes|Bits|Kilobits|Megabits"
    "|Gigabits|Terabits|Percent|Count|(Bytes|Kilobytes|Megabytes|Gigabytes|Terabytes|Bits|Kilobits|Megabits"
    "|Gigabits|Terabits|Count)/Second|None"
)
METRIC = {
    "type": "object",
    "required": ["Name"],
    "additionalProperties": False,
    "properties": {
        "Name": {"type": "string", "minLength": 1, "maxLength": 1024},
        "Unit": {"type": "string", "pattern": f"^({UNITS})$"},
        "StorageResolution": {"enum": [1, 60]},
    },
}
DIRECTIVE = {
    "type": "object",
    "required": ["Namespace", "Dimensions", "Metrics"],
    "additionalProperties": False,
    "properties": {
        "Namespace": {"type": "string", "minLength": 1, "maxLength": 1024},
        "Dimensions": {
            "type": "array",
            "minItems": 1,
            "items": {
                "type": "array",
                "maxItems": 30,
                "items": {"type": "string", "minLength": 1, "maxLength": 250},
            },
        },
        "Metrics": {"type": "array", "minItems": 1, "maxItems": 100, "items": METRIC},
    },
}
SCHEMA = {
    "type": "object",
    "required": ["_aws"],
    "properties": {
        "_aws": {
            "type": "object",
            "required": ["Timestamp", "CloudWatchMetrics"],
            "properties": {
                "Timestamp": {"type": "integer"},
                "CloudWatchMetrics": {"type": "array", "minItems": 1, "items": DIRECTIVE},
            },
        }
    },
}
STARTED = datetime(2024, 5, 31, 6, tzinfo=UTC)


def part(table: str, status: Status, code: int = 0, **more: Any) -> TableRecord:
    return TableRecord(table=table, status=status, started=STARTED, exit_code=code, **more)


def record(*tables: TableRecord, project: str = "shop", code: int = 0) -> RunRecord:
    return RunRecord(
        run_id="r1",
        project=project,
        environment="prod",
        logical_time=STARTED,
        started=STARTED,
        finished=STARTED + timedelta(seconds=90.5),
        exit_code=code,
        tables=tables,
        strata_version="1",
        profile="glue-5.1",
        launch=Launch(platform="glue", job_name="nightly", job_run_id="jr_1", attempt=1),
    )


RULE = Verdict(rule="IsUnique", outcome="failed", blocking=True)
ROWS = RowCounts(read=10, written=6, quarantined=1, dropped=1, superseded=2)
MIXED = record(
    part("raw.a", "done", rows=ROWS, seconds=12.5),
    part("raw.b", "failed", 4, stage="write"),
    part("std.b", "skipped"),
    part("std.c", "not_started", 4),
    part("std.d", "blocked", 3, verdicts=(RULE,), rows=RowCounts(read=1, dropped=1)),
    code=4,
)


def check(document: dict[str, Any]) -> None:
    """The schema, and what it cannot say: every name that is referred to has a value of its kind."""
    jsonschema.validate(document, SCHEMA)
    for directive in document["_aws"]["CloudWatchMetrics"]:
        for metric in directive["Metrics"]:
            value = document[metric["Name"]]
            assert isinstance(value, int | float)
            assert not isinstance(value, bool)
        for name in (name for group in directive["Dimensions"] for name in group):
            value = document[name]
            assert isinstance(value, str)
            assert value.isascii()
            assert 0 < len(value.strip()) <= 1024
            assert not value.startswith(":")


@pytest.mark.parametrize("run", [MIXED, record(), record(part("a.b", "nothing_new"), project="ľúbivá\n:x")])
def test_documents_follow_the_specification(run: RunRecord) -> None:
    documents = [json.loads(json.dumps(document)) for document in metrics_of(run)]
    assert len(documents) == 1 + len(run.tables)
    for document in documents:
        check(document)
        assert document["_aws"]["Timestamp"] == 1717135290500


@pytest.mark.parametrize(
    ("name", "shown"), [("ľ", "?"), ("::a", "a"), (" ", "-"), ("", "-"), ("x" * 2000, "x" * 1024)]
)
def test_any_project_name_makes_a_dimension(name: str, shown: str) -> None:
    document = json.loads(json.dumps(metrics_of(record(project=name))[0]))
    check(document)
    assert document["Project"] == shown


def test_the_runs_own_figures() -> None:
    document = metrics_of(MIXED)[0]
    expected = {
        **{"Project": "shop", "Environment": "prod", "RunId": "r1", "JobRunId": "jr_1", "Attempt": 1},
        **{"Duration": 90.5, "Failed": 1, "ExitCode": 4},
        **{"TablesDone": 1, "TablesFailed": 1, "TablesSkipped": 1, "TablesNotStarted": 1},
        **{"TablesBlocked": 1, "TablesNothingNew": 0},
        **{"RowsRead": 11, "RowsWritten": 6, "RowsQuarantined": 1, "RowsDropped": 2, "RowsSuperseded": 2},
    }
    assert {name: document[name] for name in expected} == expected


def test_a_tables_figures() -> None:
    first, failed, *_, blocked = metrics_of(MIXED)[1:]
    assert (first["Table"], first["RowsRead"], first["Duration"], first["Failed"]) == ("raw.a", 10, 12.5, 0)
    assert (failed["Status"], failed["Stage"], failed["Failed"]) == ("failed", "write", 1)
    assert blocked["RulesFailed"] == 1
