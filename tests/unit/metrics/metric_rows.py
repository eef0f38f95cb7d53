"""Rows of metrics with everything that a test does not name."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any

from etl_core.metrics.model import MetricRow

NOW = datetime.now(UTC)


def row(run_id: str, value: float | None = 1.0, *, days: float = 0, **more: Any) -> MetricRow:
    """Of a row count of `raw.sale`, published `days` ago."""
    at = NOW - timedelta(days=days)
    named: dict[str, Any] = {
        "run_id": run_id,
        "batch": 1,
        "kind": "run",
        "table": "raw.sale",
        "logical_time": at,
        "recorded_at": at,
        "ruleset": "rules",
        "rule": "RowCount > 0",
        "rule_type": "RowCount",
        "outcome": "passed",
        "blocking": True,
        "measure": None if value is None else "RowCount",
        "metric": None if value is None else "Dataset.*.RowCount",
        "value": value,
        "published_as": run_id,
    }
    return MetricRow(**named | more)
