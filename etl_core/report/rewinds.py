"""What a rewind would do, on the terminal and as plain data."""

from __future__ import annotations

from dataclasses import asdict
from typing import Any

from rich import box
from rich.console import Console
from rich.table import Table
from rich.text import Text

from etl_core.plan.rewinding import Move, Rewinding
from etl_core.report.wording import plural


def rewinding_as_dict(found: Rewinding) -> dict[str, Any]:
    """For `strata rewind --json`."""
    return asdict(found)


def print_rewinding(found: Rewinding, console: Console) -> None:
    """A line a table that goes back, then what that means for others."""
    if not found.moves:
        console.print(f"Every selected table is as it was after run {found.to}: nothing to do.")
        return
    table = Table(box=box.SIMPLE_HEAD, collapse_padding=True, pad_edge=False, show_edge=False)
    for name in ("table", "from", "back to", "undoes"):
        table.add_column(name, overflow="fold", justify="right" if name == "undoes" else "left")
    for move in found.moves:
        table.add_row(
            move.table, _place(move.run_id, move.snapshot), _back(move), plural(len(move.undone), "run")
        )
    console.print(table)
    if found.stay:
        console.print(Text(f"As they are already: {', '.join(found.stay)}", style="bright_black"))
    for effect in found.concerned:
        style = "red" if effect.fails else "yellow"
        console.print(Text.assemble("Its next run: ", (effect.reader, "bold"), " ", (effect.text, style)))
    console.print(
        "Rows that the undone runs put into quarantine, tombstones and history go with them; "
        "tombstones that they let expire do not come back (late events stay `too_late`).",
        style="bright_black",
    )


def _back(move: Move) -> Text:
    if not move.to_snapshot:
        return Text("empty: it did not exist then", style="yellow")
    return _place(move.to_run, move.to_snapshot)


def _place(run_id: str, snapshot: str) -> Text:
    return Text.assemble(run_id, ("\nsnapshot ", "bright_black"), (snapshot, "bright_black"))
