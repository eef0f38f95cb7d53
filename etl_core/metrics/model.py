"""A row of `_strata.metrics`, and rows as lines over time. Pure."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime


@dataclass(frozen=True)
class MetricRow:
    """One number that a rule found, or a rule that found none (`metric` is None).

    kind: of the run. batch: of several that a run published of a table, from 1. ruleset: rules or
    table_rules. measure: what the number is of, the same in every run whatever it is compared with. outcome:
    of the rule. rows: how many were judged; None where nothing counted them. published_as: the run that the
    table's state names for that batch; None: it was not published. rewound_by: the run that undid it.
    """

    run_id: str
    batch: int
    kind: str
    table: str
    logical_time: datetime
    recorded_at: datetime
    ruleset: str
    rule: str
    rule_type: str
    outcome: str
    blocking: bool
    reason: str = ""
    rows: int | None = None
    measure: str | None = None
    metric: str | None = None
    column: str | None = None
    value: float | None = None
    published_as: str | None = None
    rewound_by: str | None = None


@dataclass(frozen=True)
class Point:
    """One judgement. `state`: published, unpublished (blocked or failed) or rewound."""

    run_id: str
    logical_time: datetime
    value: float | None
    outcome: str
    state: str


@dataclass(frozen=True)
class Series:
    """One metric of one rule over time, the oldest judgement first; `metric` is "" if the rule has none."""

    table: str
    ruleset: str
    rule: str
    metric: str
    column: str
    points: tuple[Point, ...]


def series_of(rows: Iterable[MetricRow]) -> list[Series]:
    """Lines by table, ruleset, rule and metric, in the order in which they first appear. A judgement without
    a number is a point without a value in every line of its rule."""
    ordered = sorted(rows, key=lambda row: (row.recorded_at, row.run_id, row.batch))
    by_rule: dict[tuple[str, str, str], list[MetricRow]] = {}
    for row in ordered:
        by_rule.setdefault((row.table, row.ruleset, row.rule), []).append(row)
    return [line for found in by_rule.values() for line in _of_rule(found)]


def _of_rule(rows: list[MetricRow]) -> list[Series]:
    metrics = dict.fromkeys(row.metric for row in rows if row.metric) or {"": None}
    first = rows[0]
    return [
        Series(
            first.table,
            first.ruleset,
            first.rule,
            metric,
            next((row.column or "" for row in rows if (row.metric or "") == metric), ""),
            tuple(_point(row) for row in rows if row.metric in (metric, None)),
        )
        for metric in metrics
    ]


def _point(row: MetricRow) -> Point:
    state = "rewound" if row.rewound_by else "published" if row.published_as else "unpublished"
    return Point(row.run_id, row.logical_time, row.value, row.outcome, state)
