"""A run's figures as CloudWatch metrics, in the embedded metric format: JSON lines in the log from which
CloudWatch makes metrics by itself; no call, no right and no client is needed.

https://docs.aws.amazon.com/AmazonCloudWatch/latest/monitoring/CloudWatch_Embedded_Metric_Format_Specification.html
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from typing import get_args

from etl_core.report.records import RowCounts, RunRecord, Status, TableRecord

NAMESPACE = "Strata"
_LONGEST_VALUE = 1024  # of a dimension
Document = dict[str, object]


def metrics_of(record: RunRecord) -> list[Document]:
    """One document for the run (dimensions Project, Environment), one for each of its tables (and Table).
    `Failed` is 1 or 0, so that its sum is what an alarm watches; durations are seconds."""
    milliseconds = int(record.finished.timestamp() * 1000)
    shared = {"Project": record.project, "Environment": record.environment}
    facts = {"RunId": record.run_id, "Kind": record.kind, **_job(record)}
    documents = [_document(milliseconds, shared, _of_run(record), {**facts, "ExitCode": record.exit_code})]
    for table in record.tables:
        dimensions = {**shared, "Table": table.table}
        more = {**facts, "Status": table.status, "Stage": table.stage}
        documents.append(_document(milliseconds, dimensions, _of_table(table), more))
    return documents


def _of_run(record: RunRecord) -> dict[str, float]:
    counts = Counter(table.status for table in record.tables)
    rows = sum((table.rows for table in record.tables), RowCounts())
    tables = {f"Tables{_camel(status)}": counts[status] for status in get_args(Status)}
    seconds = (record.finished - record.started).total_seconds()
    return {"Duration": seconds, "Failed": int(record.exit_code != 0), **tables, **_of_rows(rows)}


def _of_table(table: TableRecord) -> dict[str, float]:
    failed_rules = sum(verdict.outcome == "failed" for verdict in table.verdicts)
    return {
        "Duration": table.seconds,
        "Failed": int(table.exit_code != 0),
        "RulesFailed": failed_rules,
        **_of_rows(table.rows),
    }


def _of_rows(rows: RowCounts) -> dict[str, float]:
    return {f"Rows{_camel(name)}": count for name, count in rows.model_dump().items()}


def _job(record: RunRecord) -> Document:
    launch = record.launch
    if launch is None:
        return {}
    return {"JobName": launch.job_name, "JobRunId": launch.job_run_id, "Attempt": launch.attempt}


def _document(
    milliseconds: int, dimensions: Mapping[str, str], metrics: Mapping[str, float], facts: Document
) -> Document:
    units = [{"Name": name, "Unit": "Seconds" if name == "Duration" else "Count"} for name in metrics]
    directive = {"Namespace": NAMESPACE, "Dimensions": [list(dimensions)], "Metrics": units}
    return {
        "_aws": {"Timestamp": milliseconds, "CloudWatchMetrics": [directive]},
        **facts,
        **{name: _dimension(value) for name, value in dimensions.items()},
        **metrics,
    }


def _dimension(text: str) -> str:
    """CloudWatch takes ASCII, no leading colon, and at least one character that is not blank."""
    plain = text.encode("ascii", "replace").decode().lstrip(":")
    printable = "".join(char if char.isprintable() else "?" for char in plain)
    return printable[:_LONGEST_VALUE].strip() or "-"


def _camel(name: str) -> str:
    return "".join(part.capitalize() for part in name.split("_"))
