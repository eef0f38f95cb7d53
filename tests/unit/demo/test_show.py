"""What the demo prints at its end, from records made by hand."""

from __future__ import annotations

from datetime import UTC, datetime
from decimal import Decimal

from rich.console import Console
from rich.table import Table

from etl_core.demo.days import Day
from etl_core.demo.show import _wrong_value, layers, top_leads
from etl_core.report.records import RunRecord, Status, TableRecord

NOW = datetime(2026, 11, 1, tzinfo=UTC)


def day(number: int, rows: dict[str, int], **statuses: Status) -> Day:
    names = ("raw.a", "enriched.b")
    tables = tuple(
        TableRecord(table=name, status=statuses.get(name[-1], "done"), started=NOW, total_rows=rows.get(name))
        for name in names
    )
    record = RunRecord(
        run_id="r", project="p", environment="demo", logical_time=NOW, started=NOW, finished=NOW,
        exit_code=0, tables=tables, strata_version="0", profile="glue-5.1",
    )  # fmt: skip
    return Day(number, record, "report.html")


def printed(table: Table) -> list[list[str]]:
    console = Console(width=140, no_color=True)
    with console.capture() as capture:
        console.print(table)
    return [line.split() for line in capture.get().splitlines() if line.strip()]


def test_layers_show_each_day_s_rows() -> None:
    lines = printed(layers([day(1, {"raw.a": 1000}), day(2, {"raw.a": 1200, "enriched.b": 7}, b="failed")]))
    assert lines[3:] == [
        ["raw"],
        ["a", "1,000", "1,200", "✓", "done"],
        ["enriched"],
        ["b", "7", "✗", "failed"],
    ]


def test_top_leads_stand_by_region_and_rank() -> None:
    lead = {"city": "c", "segment": "s", "campaign_name": "x", "person_id": None}
    leads = [
        lead | {"region": "West", "rank": 1, "name": "Cyd", "net_worth": Decimal("1000000.00")},
        lead | {"region": "South", "rank": 10, "name": "Bob", "net_worth": Decimal("2000000.00")},
        lead | {"region": "South", "rank": 2, "name": "Ann", "net_worth": Decimal("3000000.00")},
    ]
    lines = printed(top_leads(leads))
    assert [(line[1], line[2], line[4]) for line in lines[-3:]] == [
        ("2", "Ann", "3,000,000"),
        ("10", "Bob", "2,000,000"),
        ("1", "Cyd", "1,000,000"),
    ]


def test_an_example_is_the_wrong_value_if_there_is_one() -> None:
    error = {"column": "born", "value": "31.02.1985", "reason": "not a date"}
    assert _wrong_value({"errors": [error]}) == "born = 31.02.1985"
    assert _wrong_value({"errors": [error | {"value": None}]}) == ""
    assert _wrong_value({"errors": [error | {"column": None}]}) == ""
    assert _wrong_value({"errors": None}) == ""
