"""Lines of rules on the terminal and in the report."""

from __future__ import annotations

import io
import re
from datetime import UTC, datetime

from report_sample import greatfin
from rich.console import Console

from etl_core.metrics.model import Point, Series
from etl_core.report.html import render
from etl_core.report.rule_history import print_rule_trends
from etl_core.report.rule_trends import rule_trends, series_as_dicts

AT = datetime(2026, 1, 2, tzinfo=UTC)


def line(*values: float | None, rule: str = "RowCount > 0", states: tuple[str, ...] = ()) -> Series:
    kinds = states or ("published",) * len(values)
    outcomes = ["failed" if value == 1.0 else "passed" for value in values]
    points = zip(values, outcomes, kinds, strict=True)
    return Series(
        "raw.sale",
        "rules",
        rule,
        "Dataset.*.RowCount",
        "",
        tuple(Point(f"r{n}", AT, *point) for n, point in enumerate(points)),
    )


def printed(*series: Series) -> str:
    out = io.StringIO()
    print_rule_trends(series, Console(file=out, width=110))
    return out.getvalue()


def test_a_bar_a_judgement_between_the_least_and_the_greatest() -> None:
    said = printed(line(4.0, 6.0, None, 8.0, 1.0))
    assert "▄▆·█▁" in said  # of eight steps from 1 to 8
    row = next(one for one in said.splitlines() if "RowCount > 0" in one)
    assert re.search(r"▁ +1 +1/5$", row.rstrip())


def test_numbers_that_never_change_are_one_height_and_control_characters_are_shown() -> None:
    said = printed(line(2.0, 2.0, rule="RowCount\x1b[2J"))
    assert "▅▅" in said
    assert "\x1b[2J" not in said


def test_what_was_rewound_is_left_out_of_the_line_in_the_report() -> None:
    key = ("raw.sale", "rules", "RowCount > 0", "Dataset.*.RowCount")
    shown = rule_trends([line(4.0, 9.0, 6.0, states=("published", "rewound", "unpublished"))])
    assert shown[key].title == "Dataset.*.RowCount over 2 runs, the oldest first: 4, 6"
    assert rule_trends([line(4.0)]) == {}


def test_the_report_draws_the_lines_of_its_rules() -> None:
    record = greatfin()
    part = next(one for one in record.tables if any(verdict.metrics for verdict in one.verdicts))
    verdict = next(one for one in part.verdicts if one.metrics)
    metric = next(iter(verdict.metrics))
    points = tuple(Point(f"r{n}", AT, value, "passed", "published") for n, value in enumerate((0.25, 0.5)))
    drawn = Series(part.table, verdict.scope, verdict.rule, metric, "", points)
    title = f"{metric} over 2 runs, the oldest first: 0.25, 0.5"
    assert title not in render(record)
    assert render(record, (), [drawn]).count(f'aria-label="{title}"') == 1


def test_a_warning_stands_in_the_report() -> None:
    record = greatfin().model_copy(update={"warnings": ("metrics <lost>",)})
    assert "metrics &lt;lost&gt;" in render(record)
    assert 'id="warnings"' not in render(greatfin())


def test_as_plain_data() -> None:
    (found,) = series_as_dicts([line(4.0, None)])
    assert found["rule"] == "RowCount > 0"
    assert found["points"][0] == {
        "run_id": "r0",
        "logical_time": "2026-01-02T00:00:00+00:00",
        "value": 4.0,
        "outcome": "passed",
        "state": "published",
    }
