"""How every table stands: from what the catalog holds and from the runs' records."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import datetime
from typing import Literal

from rich import box
from rich.console import Console
from rich.table import Table
from rich.text import Text

from etl_core.config.models.base import Model
from etl_core.names import split_table
from etl_core.plan.observed import ObservedTable
from etl_core.report.records import RunRecord, Status, TableRecord
from etl_core.report.store import latest_of
from etl_core.report.wording import COLOURS, SYMBOLS, WORDS, age, number

SEARCHED_RUNS = 100  # how far back `strata status` looks for a table's last run


class TableStatus(Model):
    """One table now. `published_*`: the run whose data readers see; `last_*`: the newest run it took
    part in, which may have changed nothing. Times in UTC, `rows` None if the catalog cannot say."""

    table: str
    exists: bool
    rows: int | None = None
    snapshot: str = ""
    published_run: str = ""
    published_at: datetime | None = None
    last_run: str = ""
    last_at: datetime | None = None
    last_status: Status | Literal["never"] = "never"
    last_error: str = ""


def statuses(
    tables: Iterable[str], observed: Mapping[str, ObservedTable], records: Iterable[RunRecord]
) -> list[TableStatus]:
    """The tables' statuses in the order given; `records` newest first, read only as far as needed."""
    names = tuple(tables)
    latest = latest_of(records, names)
    return [_status(name, observed.get(name, ObservedTable()), latest.get(name)) for name in names]


def _status(name: str, seen: ObservedTable, latest: tuple[RunRecord, TableRecord] | None) -> TableStatus:
    status = TableStatus(
        table=name,
        exists=seen.exists,
        rows=seen.rows,
        snapshot=seen.snapshot,
        published_run=seen.state.run_id if seen.state else "",
        published_at=seen.state.at if seen.state else None,
    )
    if latest is None:
        return status
    run, part = latest
    last = {"last_run": run.run_id, "last_at": run.started}
    return status.model_copy(update={**last, "last_status": part.status, "last_error": part.error})


def print_status(rows: list[TableStatus], console: Console, now: datetime) -> None:
    """A row a table by layer; ages against `now`."""
    table = Table(box=box.SIMPLE_HEAD, collapse_padding=True, pad_edge=False, show_edge=False)
    table.add_column("table", overflow="fold", min_width=14)
    table.add_column("rows", justify="right", no_wrap=True)
    table.add_column("data of", no_wrap=True)
    table.add_column("last run", no_wrap=True)
    table.add_column("snapshot", overflow="ellipsis", style="dim")
    layer = ""
    for row in rows:
        if (above := split_table(row.table)[0]) != layer:
            layer = above
            table.add_section()
            table.add_row(Text(layer, style="bold"))
        table.add_row(*_cells(row, now))
    console.print(table)


def _cells(row: TableStatus, now: datetime) -> list[Text]:
    count = "?" if row.rows is None else number(row.rows)
    return [
        Text("  " + split_table(row.table)[1]),
        Text(count) if row.exists else Text("no table", style="dim"),
        Text(_age(row.published_at, now)),
        _last(row, now),
        Text(row.snapshot),
    ]


def _last(row: TableStatus, now: datetime) -> Text:
    if row.last_status == "never":
        return Text("never", style="dim")
    text = f"{SYMBOLS[row.last_status]} {WORDS[row.last_status]} {_age(row.last_at, now)}"
    return Text(text, style=COLOURS[row.last_status])


def _age(moment: datetime | None, now: datetime) -> str:
    return age((now - moment).total_seconds()) if moment else ""
