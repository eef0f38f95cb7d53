"""What the demo shows at its end: the layers, the quarantine, whom to call first, where the report is."""

from __future__ import annotations

from collections.abc import Iterator

from rich import box
from rich.console import Console
from rich.table import Table
from rich.text import Text

from etl_core.config.project import Project
from etl_core.demo.days import Day
from etl_core.names import split_table
from etl_core.report.records import TableRecord
from etl_core.report.rows import Row
from etl_core.report.wording import COLOURS, SYMBOLS, WORDS, number, printable
from etl_core.sinks.scanning import Wanted, scan_table

TOP_LEADS = "enriched.top_leads_by_region"
SHOWN_COLUMNS = ("region", "rank", "name", "city", "net_worth", "segment", "campaign_name")
NUMBERS = ("rank", "net_worth")
EXAMPLE_WIDTH = 44


def show(project: Project, days: list[Day], console: Console) -> None:
    """Print everything from the run records and, without a JVM, from the tables themselves."""
    console.print()
    console.print(layers(days))
    console.print()
    console.print(quarantined(project, days))
    last = {part.table: part for part in days[-1].record.tables}
    if TOP_LEADS in last and last[TOP_LEADS].status == "done":
        console.print()
        console.print(top_leads(list(_rows(project, TOP_LEADS))))


def layers(days: list[Day]) -> Table:
    """Rows of every table after every day, by layer."""
    table = _table("What each layer holds")
    table.add_column("table", no_wrap=True)
    for day in days:
        table.add_column(f"rows, day {day.day}", justify="right")
    table.add_column("status")
    held = [{part.table: part.total_rows for part in day.record.tables} for day in days]
    layer = ""
    for part in days[-1].record.tables:
        if split_table(part.table)[0] != layer:
            layer = split_table(part.table)[0]
            table.add_section()
            table.add_row(Text(layer, style="bold"))
        counts = ("" if total is None else number(total) for total in (rows.get(part.table) for rows in held))
        status = Text(f"{SYMBOLS[part.status]} {WORDS[part.status]}", style=COLOURS[part.status])
        table.add_row(f"  {split_table(part.table)[1]}", *counts, status)
    return table


def quarantined(project: Project, days: list[Day]) -> Table:
    """Every reason with its rows and one of them as an example."""
    table = _table("What was quarantined and why")
    table.add_column("table", no_wrap=True)
    table.add_column("day", justify="right")
    table.add_column("rows", justify="right")
    table.add_column("reason, and an example", overflow="fold")
    for day in days:
        for part in day.record.tables:
            examples = _examples(project, part) if part.quarantine else {}
            for entry in part.quarantine:
                example = Text(printable(examples.get(entry.reason, "")), style="dim")
                example.truncate(EXAMPLE_WIDTH, overflow="ellipsis")
                why = Text.assemble(printable(entry.reason), "\n", example)
                table.add_row(Text(part.table), str(day.day), number(entry.rows), why)
    return table


def _examples(project: Project, part: TableRecord) -> dict[str, str]:
    """By reason: the value that was wrong, or the row as it came."""
    found: dict[str, str] = {}
    for row in _rows(project, part.table, quarantine=True):
        found.setdefault(str(row["reason"]), _wrong_value(row) or str(row["row"]))
    return found


def _wrong_value(row: Row) -> str:
    errors = row["errors"]
    first = errors[0] if isinstance(errors, list) and errors else {}
    return f"{first['column']} = {first['value']}" if first.get("column") and first.get("value") else ""


def top_leads(leads: list[Row]) -> Table:
    table = _table(f"Whom to call first ({TOP_LEADS})")
    for name in SHOWN_COLUMNS:
        number_like = name in NUMBERS
        table.add_column(
            name.replace("_", " "), justify="right" if number_like else "left", no_wrap=number_like
        )
    for lead in sorted(leads, key=lambda row: (str(row["region"]), int(str(row["rank"])))):
        if lead["rank"] == 1:
            table.add_section()
        shown = lead | {"net_worth": f"{lead['net_worth']:,.0f}"}
        table.add_row(*(Text(printable(str(shown[name] or ""))) for name in SHOWN_COLUMNS))
    return table


def _rows(project: Project, table: str, *, quarantine: bool = False) -> Iterator[Row]:
    wanted = Wanted(quarantine=quarantine)
    yield from scan_table(project.environment, project.tables[table], wanted).rows


def _table(title: str) -> Table:
    return Table(
        title=Text(title, style="bold"), title_justify="left", box=box.SIMPLE_HEAD,
        collapse_padding=True, pad_edge=False, show_edge=False,
    )  # fmt: skip
