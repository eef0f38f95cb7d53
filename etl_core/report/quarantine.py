"""Quarantined rows in sum: how many wait, since when, and why."""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Iterable, Sequence
from datetime import UTC, datetime

from rich import box
from rich.console import Console
from rich.padding import Padding
from rich.table import Table
from rich.text import Text

from etl_core.config.models.base import Model
from etl_core.names import INGESTED_AT, RUN_ID
from etl_core.report.records import QuarantineReason, RunRecord
from etl_core.report.wording import age, number, plural, printable

Row = dict[str, object]
SHOWN_REASONS = 3
SHOWN_WHOLE = 10


class Waiting(Model):
    """The rows of one table's quarantine that wait. `runs`: rows by the run that turned them away, the
    newest last. `reasons`, `rules`: the most frequent first; a row may have failed several rules."""

    table: str
    rows: int = 0
    oldest: datetime | None = None
    newest: datetime | None = None
    runs: dict[str, int] = {}
    reasons: tuple[QuarantineReason, ...] = ()
    rules: dict[str, int] = {}


def summary(table: str, rows: Iterable[Row], runs: Collection[str] = ()) -> Waiting:
    """Of `rows` of a quarantine, those of `runs` (none: all)."""
    by_run: Counter[str] = Counter()
    reasons: Counter[str] = Counter()
    rules: Counter[str] = Counter()
    times: list[datetime] = []
    for row in rows:
        if runs and row[RUN_ID] not in runs:
            continue
        by_run[str(row[RUN_ID])] += 1
        reasons[str(row["reason"])] += 1
        rules.update(_texts(row["rules"]))
        at = moment(row)
        times = [min([at, *times]), max([at, *times])] if at else times
    return Waiting(
        table=table,
        rows=by_run.total(),
        oldest=min(times, default=None),
        newest=max(times, default=None),
        runs=dict(sorted(by_run.items())),
        reasons=tuple(QuarantineReason(reason=text, rows=count) for text, count in _ranked(reasons)),
        rules=dict(_ranked(rules)),
    )


def moment(row: Row) -> datetime | None:
    """When the row was turned away; times are UTC, whatever the format's reader says."""
    at = row[INGESTED_AT]
    if not isinstance(at, datetime):
        return None
    return at.replace(tzinfo=UTC) if at.tzinfo is None else at.astimezone(UTC)


def print_waiting(tables: Sequence[Waiting], console: Console, now: datetime) -> None:
    """A line a table or more, those with most rows first; what can be done below."""
    found = sorted((one for one in tables if one.rows), key=lambda one: (-one.rows, one.table))
    if not found:
        of = plural(len(tables), "table")
        console.print(Text(f"No row waits in the quarantine of {of}.", style="green"))
        return
    grid = Table(box=box.SIMPLE_HEAD, collapse_padding=True, pad_edge=False, show_edge=False)
    for name in ("table", "rows", "oldest", "newest", "why"):
        grid.add_column(name, justify="right" if name == "rows" else "left", overflow="fold")
    for one in found:
        grid.add_row(one.table, number(one.rows), _age(one.oldest, now), _age(one.newest, now), why(one))
    console.print(grid)
    first = found[0].table
    console.print(
        Text(f"Rows: strata quarantine show {first}. After a fix: strata requeue {first}.", style="dim")
    )


def print_taking(one: Waiting, console: Console) -> None:
    """What a requeue would take."""
    if not one.rows:
        console.print(Text(f"No row waits in the quarantine of {one.table}: nothing to do.", style="green"))
        return
    rows, runs = plural(one.rows, "row"), plural(len(one.runs), "run")
    console.print(f"{rows} of {runs} in the quarantine of {one.table}:")

    console.print(Padding(why(one, SHOWN_WHOLE), (0, 0, 0, 2)))


def print_taken(record: RunRecord, console: Console) -> None:
    """Where they are now."""
    for table in record.tables:
        rows = table.rows
        if table.status != "done":
            continue
        said = [f"{number(rows.written)} written", f"{number(rows.superseded)} outranked by newer events"]
        said += [f"{number(rows.dropped)} dropped by rules"] if rows.dropped else []
        console.print(f"{plural(rows.read, 'row')} taken: {', '.join(said)}.")
        if rows.quarantined:
            console.print(f"Still in the quarantine, {plural(rows.quarantined, 'row')}:", style="yellow")
            console.print(Padding(_reasons(table.quarantine, SHOWN_WHOLE), (0, 0, 0, 2)))


def why(one: Waiting, shown: int = SHOWN_REASONS) -> Text:
    """The most frequent reasons, a line each."""
    return _reasons(one.reasons, shown)


def _reasons(reasons: Sequence[QuarantineReason], shown: int) -> Text:
    lines = [f"{number(part.rows)} × {printable(part.reason)}" for part in reasons[:shown]]
    if (more := len(reasons) - shown) > 0:
        lines.append(f"and {plural(more, 'other reason')}")
    return Text("\n".join(lines))


def _age(at: datetime | None, now: datetime) -> str:
    return age((now - at).total_seconds()) if at else "unknown"


def _texts(value: object) -> list[str]:
    return [str(text) for text in value] if isinstance(value, list | tuple) else []


def _ranked(counts: Counter[str]) -> list[tuple[str, int]]:
    return sorted(counts.items(), key=lambda item: (-item[1], item[0]))
