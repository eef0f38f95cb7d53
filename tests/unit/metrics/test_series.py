"""Rows as lines over time."""

from __future__ import annotations

from etl_core.metrics.model import series_of
from tests.unit.metrics.metric_rows import row


def test_a_line_a_rule_and_metric_the_oldest_first() -> None:
    lines = series_of(
        [
            row("c", 3.0, days=1, outcome="failed", published_as=None),
            row("a", 1.0, days=3),
            row("b", 2.0, days=2, rewound_by="x"),
            row("a", 9.0, days=3, ruleset="table_rules"),
        ]
    )
    assert [(line.ruleset, line.metric) for line in lines] == [
        ("rules", "Dataset.*.RowCount"),
        ("table_rules", "Dataset.*.RowCount"),
    ]
    assert [(point.value, point.outcome, point.state) for point in lines[0].points] == [
        (1.0, "passed", "published"),
        (2.0, "passed", "rewound"),
        (3.0, "failed", "unpublished"),
    ]


def test_a_judgement_without_a_number_is_a_gap_in_each_line_of_its_rule() -> None:
    lines = series_of(
        [
            row("a", 1.0, days=3, metric="m"),
            row("a", 4.0, days=3, metric="n"),
            row("b", None, days=2),
            row("c", None, days=1, rule="IsComplete"),
        ]
    )
    assert [(line.rule, line.metric, [point.value for point in line.points]) for line in lines] == [
        ("RowCount > 0", "m", [1.0, None]),
        ("RowCount > 0", "n", [4.0, None]),
        ("IsComplete", "", [None]),
    ]
