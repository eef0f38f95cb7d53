"""Entries of the catalog, and which of them no contract stands for, on the terminal."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from typing import Any

from rich import box
from rich.console import Console
from rich.table import Table
from rich.text import Text

from etl_core.plan.catalogued import CatalogEntry
from etl_core.report.wording import plural, printable


def entries_as_dicts(entries: Sequence[CatalogEntry], lost: Collection[CatalogEntry]) -> list[dict[str, Any]]:
    return [{**entry.model_dump(mode="json"), "orphan": entry in lost} for entry in entries]


def print_entries(entries: Sequence[CatalogEntry], lost: Collection[CatalogEntry], console: Console) -> None:
    """A row an entry."""
    grid = Table(box=box.SIMPLE_HEAD, collapse_padding=True, pad_edge=False, show_edge=False)
    for title in ("entry", "format", "contract", "owner"):
        grid.add_column(title, no_wrap=True)
    grid.add_column("files", overflow="fold", style="dim")
    for entry in entries:
        contract = Text("none", style="red") if entry in lost else Text(printable(entry.of), style="dim")
        cells = (entry.table, entry.format, contract, entry.owner, entry.location)
        grid.add_row(*(cell if isinstance(cell, Text) else Text(printable(cell)) for cell in cells))
    console.print(grid)
    console.print(f"{plural(len(entries), 'table')} in the catalog, {len(lost)} without a contract")


def print_lost(lost: Sequence[CatalogEntry], console: Console) -> None:
    """What goes with each entry, so that it can be registered again by hand."""
    for entry in lost:
        console.print(Text(f"- {printable(entry.table)} ({entry.format})"))
        console.print(Text(f"  its files stay: {printable(entry.metadata or entry.location)}", style="dim"))


def orphan_note(lost: Sequence[CatalogEntry]) -> str:
    """One line for other commands."""
    names = ", ".join(printable(entry.table) for entry in lost)
    return f"in the catalog without a contract: {names} (strata catalog drop-orphans)"
