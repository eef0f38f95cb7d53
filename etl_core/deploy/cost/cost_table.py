"""Costs on a terminal."""

from __future__ import annotations

from collections.abc import Iterable

from rich import box
from rich.console import Console
from rich.table import Table
from rich.text import Text

from etl_core.deploy.cost.cost import ScheduleCost, TableCost
from etl_core.report.wording import duration


def print_costs(costs: Iterable[ScheduleCost], console: Console) -> None:
    """A block a schedule with its tables; jobs of which nothing is known below."""
    grid = Table(box=box.SIMPLE_HEAD, collapse_padding=True, pad_edge=False, show_edge=False)
    grid.add_column("schedule, table", overflow="fold", min_width=20)
    for name in ("time", "DPU-hours", "a start", "a month"):
        grid.add_column(name, justify="right", no_wrap=True)
    unknown: list[str] = []
    for one in costs:
        grid.add_section()
        grid.add_row(Text(one.schedule, style="bold"), "", f"{one.dpu_hours:.2f}", *_sums(one))
        for table in one.tables:
            grid.add_row(f"  {table.table}", *_cells(table, one.currency))
        unknown += one.unknown
    console.print(grid)
    for job in unknown:
        console.print(f"{job}: counted as nothing, a table of it never ran", style="yellow")


def _sums(one: ScheduleCost) -> tuple[str, str]:
    month = "on demand" if one.cost_a_month is None else f"{one.cost_a_month:,.2f} {one.currency}"
    return f"{one.cost:.2f} {one.currency}", month


def _cells(table: TableCost, currency: str) -> tuple[str, str, str]:
    if table.seconds is None:
        return "never ran", "", ""
    if table.dpu_hours is None or table.cost is None:
        return duration(table.seconds), "", ""
    return duration(table.seconds), f"{table.dpu_hours:.2f}", f"{table.cost:.2f} {currency}"
