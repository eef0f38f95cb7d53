"""Past runs on the terminal, as a whole or as one table saw them."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence

from rich import box
from rich.console import Console
from rich.padding import Padding
from rich.table import Table
from rich.text import Text

from etl_core.report.records import RunRecord, TableRecord
from etl_core.report.terminal import rules_text, status_text
from etl_core.report.wording import COLOURS, SYMBOLS, compact, duration, headline, printable
from etl_core.state.models import Verdict

TONES = {"Failed": "red", "Blocked": "yellow", "Done": "green", "Nothing new": "cyan"}

Part = tuple[RunRecord, TableRecord]


def print_runs(records: Sequence[RunRecord], console: Console) -> None:
    """A line a run, in the order given; its kind where there are others than ordinary ones."""
    kinds = any(run.kind != "run" for run in records)
    names = ["run", *(["kind"] if kinds else []), "outcome", "tables", "read", "written", "quar.", "time"]
    table = _grid(*names, right=len(names) - 4)
    for run in records:
        word = headline(run)
        sums = [
            sum(getattr(part.rows, name) for part in run.tables)
            for name in ("read", "written", "quarantined")
        ]
        took = duration((run.finished - run.started).total_seconds())
        first = [run.run_id, *([run.kind] if kinds else [])]
        table.add_row(*first, Text(word, style=TONES[word]), _tally(run), *map(compact, sums), took)
    console.print(table)


def print_table_history(parts: Sequence[Part], console: Console, *, rules: bool) -> None:
    """A line a run in which the table took part; with `rules` each verdict below its run."""
    if not rules:
        console.print(_parts(parts))
        return
    for part in parts:
        console.print(_parts([part]))
        for verdict in part[1].verdicts:
            console.print(Padding(_verdict(verdict), (0, 0, 0, 4)))
        console.print()


def _parts(parts: Sequence[Part]) -> Table:
    table = _grid("run", "status", "read", "written", "quar.", "rules", "time", right=2)
    for run, part in parts:
        counts = [compact(value) for value in (part.rows.read, part.rows.written, part.rows.quarantined)]
        table.add_row(run.run_id, status_text(part), *counts, rules_text(part), duration(part.seconds))
    return table


def _verdict(verdict: Verdict) -> Text:
    if verdict.outcome == "passed":
        return Text.assemble(("✓ ", "green"), printable(verdict.rule))
    if verdict.outcome == "measured":
        return Text.assemble("· ", printable(verdict.rule), style="bright_black")
    sign, style = ("✗ ", "red") if verdict.blocking else ("! ", "yellow")
    reason = f"  {printable(verdict.reason)}" if verdict.reason else ""
    return Text.assemble((sign, style), printable(verdict.rule), (reason, style))


def _tally(run: RunRecord) -> Text:
    """`10✓ 1✗ 2↷`: how many tables ended how."""
    counts = Counter(part.status for part in run.tables)
    said = [
        (f"{counts[status]}{sign} ", COLOURS[status]) for status, sign in SYMBOLS.items() if counts[status]
    ]
    return Text.assemble(*said)


def _grid(*names: str, right: int) -> Table:
    """Headings; those from number `right` on are figures."""
    table = Table(box=box.SIMPLE_HEAD, collapse_padding=True, pad_edge=False, show_edge=False)
    for index, name in enumerate(names):
        table.add_column(name, justify="right" if index >= right else "left", no_wrap=True)
    return table
