"""How the numbers of rules went from run to run: as lines in the report, and as plain data."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import asdict
from typing import Any

from etl_core.metrics.model import Series
from etl_core.report.trend import Spark, trend


def rule_trends(series: Sequence[Series]) -> dict[tuple[str, str, str, str], Spark]:
    """(table, ruleset, rule, metric) -> its line over the runs that found a number and were not undone."""
    lines = {
        (one.table, one.ruleset, one.rule, one.metric): trend(
            [point.value for point in one.points if point.value is not None and point.state != "rewound"],
            one.metric,
        )
        for one in series
    }
    return {key: line for key, line in lines.items() if line}


def series_as_dicts(series: Sequence[Series]) -> list[dict[str, Any]]:
    """For `strata history TABLE --rules --json`."""
    return [
        {
            **asdict(one),
            "points": [
                {**asdict(point), "logical_time": point.logical_time.isoformat()} for point in one.points
            ],
        }
        for one in series
    ]
