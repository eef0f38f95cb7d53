"""How far tables have read, on the terminal and as plain data."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from datetime import UTC, datetime
from pathlib import Path

from pydantic import TypeAdapter, ValidationError
from rich import box
from rich.console import Console
from rich.table import Table
from rich.text import Text

from etl_core.config.models.base import Model
from etl_core.errors import StateError
from etl_core.names import split_table
from etl_core.plan.observed import ObservedTable
from etl_core.registry import closest_hint
from etl_core.report.wording import age, plural, printable
from etl_core.state.models import Bookmark, FileBookmark, TableState

SHOWN_FILES = 3


class TableProgress(Model):
    """One table's progress, as `strata state show --json` prints it and `state set --from` reads it."""

    table: str
    exists: bool
    snapshot: str = ""
    state: TableState | None = None


_TABLES = TypeAdapter(list[TableProgress])


def progress_of(names: Iterable[str], observed: Mapping[str, ObservedTable]) -> list[TableProgress]:
    found = {name: observed.get(name, ObservedTable()) for name in names}
    return [
        TableProgress(table=name, exists=seen.exists, snapshot=seen.snapshot, state=seen.state)
        for name, seen in found.items()
    ]


def print_progress(tables: Sequence[TableProgress], console: Console, now: datetime) -> None:
    """Two lines a table or more: whose work it shows, and how far each input was read."""
    grid = _grid("table", "has read", "by run")
    layer = ""
    for one in tables:
        if (above := split_table(one.table)[0]) != layer:
            layer = above
            grid.add_section()
            grid.add_row(Text(layer, style="bold"))
        grid.add_row(Text("  " + split_table(one.table)[1]), _head(one, now), _run(one.state))
        for name, bookmark in (one.state.inputs if one.state else {}).items():
            grid.add_row(Text(f"    {name}", style="bright_black"), *_bookmark(bookmark))
        if one.state and one.state.oldest_tombstone:
            since = _moment(one.state.oldest_tombstone)
            grid.add_row("", Text(f"oldest tombstone of {since}", style="bright_black"))
    console.print(grid)


def print_change(before: TableState | None, after: TableState, console: Console) -> None:
    """Each input's progress as it is and as it would be."""
    grid = _grid("input", "now", "then")
    held = before.inputs if before else {}
    for name in dict.fromkeys([*held, *after.inputs]):
        old, new = held.get(name), after.inputs.get(name)
        grid.add_row(name, _whole(old), _whole(new))
    console.print(grid)


def _grid(*names: str) -> Table:
    table = Table(box=box.SIMPLE_HEAD, collapse_padding=True, pad_edge=False, show_edge=False)
    for name in names:
        table.add_column(name, overflow="fold")
    return table


def _head(one: TableProgress, now: datetime) -> Text:
    if not one.exists:
        return Text("no table", style="dim")
    if one.state is None:
        lost = bool(one.snapshot)
        return Text("progress is lost" if lost else "nothing", style="red" if lost else "dim")
    return Text(f"{age((now - one.state.at).total_seconds())}, snapshot {one.snapshot}")


def _run(state: TableState | None) -> Text:
    return Text(state.run_id if state else "")


def _bookmark(bookmark: Bookmark) -> tuple[Text, Text]:
    if isinstance(bookmark, FileBookmark):
        return _files(bookmark), Text("")
    said = f"snapshot {bookmark.snapshot}" if bookmark.snapshot else "nothing"
    return Text(said), Text(bookmark.run_id, style="bright_black")


def _whole(bookmark: Bookmark | None) -> Text:
    if bookmark is None:
        return Text("unknown", style="red")
    said, run = _bookmark(bookmark)
    return Text.assemble(said, f" of run {run}") if run else said


def _files(bookmark: FileBookmark) -> Text:
    """High-water, and the newest of the files that are still compared by content."""
    if not bookmark.name and not bookmark.seen:
        return Text("nothing")
    newest = sorted(bookmark.seen, key=lambda name: (bookmark.seen[name].mtime, name), reverse=True)
    water = _moment(datetime.fromtimestamp(bookmark.mtime / 1e9, UTC))
    parts = [f"files up to {water}, {printable(bookmark.name)}" if bookmark.name else "single files"]
    if newest:
        shown = ", ".join(printable(name) for name in newest[:SHOWN_FILES])
        more = ", ..." if len(newest) > SHOWN_FILES else ""
        parts.append(f"{plural(len(newest), 'file')} within the lookback: {shown}{more}")
    if bookmark.epoch:
        parts.append(f"full load {bookmark.epoch}")
    if bookmark.extract:
        parts.append(f"extract {bookmark.extract}")
    return Text("; ".join(parts))


def _moment(at: datetime) -> str:
    return f"{at.astimezone(UTC):%Y-%m-%d %H:%M:%S} UTC"


def read_progress(path: Path, table: str) -> TableState:
    """The state of `table` in a file that `strata state show --json` has written.

    Raises StateError for a file that is none, or has no state of the table.
    """
    try:
        found = _TABLES.validate_json(path.read_bytes())
    except ValidationError as error:
        raise StateError(
            f"{path} is not what `strata state show --json` prints: {error.errors()[0]['msg']}",
            hint=f"start from: strata state show {table} --json",
        ) from error
    states = {one.table: one.state for one in found}
    state = states.get(table)
    if state is None:
        raise StateError(f"{path} has no progress of {table}", hint=closest_hint(table, tuple(states)))
    return state
