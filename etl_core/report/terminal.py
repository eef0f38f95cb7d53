"""What stands on the terminal after a run: the summary by layer, what went wrong, what was quarantined."""

from __future__ import annotations

from rich import box
from rich.console import Console
from rich.padding import Padding
from rich.table import Table
from rich.text import Text

from etl_core.names import split_table
from etl_core.report.records import RowCounts, RunRecord, TableRecord
from etl_core.report.wording import (
    COLOURS,
    SYMBOLS,
    WORDS,
    compact,
    duration,
    exit_meaning,
    headline,
    number,
    outcome,
    printable,
)

WIDE = 100  # columns; from here on counts show all digits and headings are written out
COUNTS = ("read", "written", "quarantined", "dropped", "superseded")
OPTIONAL_COUNTS = ("quarantined", "dropped", "superseded")
SHORT = {"quarantined": "quar.", "dropped": "drop.", "superseded": "supers."}
TROUBLE = ("failed", "blocked")


def print_summary(record: RunRecord, console: Console, *, report: str = "") -> None:
    """Everything a person sees at the end of `strata run`. `report`: where the HTML report is."""
    wide = console.width >= WIDE
    console.print()
    console.print(summary_table(record, wide=wide))
    console.print()
    print_notes(record, console)
    print_warnings(record, console)
    print_failures(record, console)
    print_quarantine(record, console)
    print_closing(record, console, report)


def summary_table(record: RunRecord, *, wide: bool) -> Table:
    """A row a table, grouped by layer. Counts that are zero throughout get no column."""
    total = _total(record)
    counts = [name for name in COUNTS if name not in OPTIONAL_COUNTS or getattr(total, name)]
    table = Table(
        box=box.SIMPLE_HEAD, padding=(0, int(wide)), collapse_padding=True, pad_edge=False, show_edge=False
    )
    table.add_column("table", overflow="fold", min_width=14)
    table.add_column("status", no_wrap=True)
    for name in counts:
        table.add_column(name if wide else SHORT.get(name, name), justify="right", no_wrap=True)
    table.add_column("rules", justify="right", no_wrap=True)
    table.add_column("time", justify="right", no_wrap=True)
    for layer, parts in by_layer(record.tables).items():
        table.add_section()
        table.add_row(Text(layer, style="bold"))
        for part in parts:
            table.add_row(*_cells(part, counts, wide=wide))
    table.add_section()
    table.add_row("", "", *(_count(getattr(total, name), wide=wide) for name in counts), style="bold")
    return table


def by_layer(parts: tuple[TableRecord, ...]) -> dict[str, list[TableRecord]]:
    """Layers in the order in which they first appear."""
    layers: dict[str, list[TableRecord]] = {}
    for part in parts:
        layers.setdefault(split_table(part.table)[0], []).append(part)
    return layers


def status_text(part: TableRecord) -> Text:
    return Text(f"{SYMBOLS[part.status]} {WORDS[part.status]}", style=COLOURS[part.status])


def rules_text(part: TableRecord) -> Text:
    """`7/8`: passed of all; red where a blocking rule failed, yellow where one only warns."""
    if not part.judged:
        return Text("")
    failed = [verdict for verdict in part.judged if verdict.outcome == "failed"]
    style = "red" if any(verdict.blocking for verdict in failed) else "yellow" if failed else ""
    return Text(f"{len(part.judged) - len(failed)}/{len(part.judged)}", style=style)


def note_of(part: TableRecord) -> str:
    return printable("; ".join(part.notes))


def _cells(part: TableRecord, counts: list[str], *, wide: bool) -> list[Text]:
    cells = [Text("  " + split_table(part.table)[1]), status_text(part)]
    counted = part.status == "done" or part.rows != RowCounts()  # zeros of what never ran say nothing
    cells += [_count(getattr(part.rows, name), wide=wide) if counted else Text("") for name in counts]
    return [*cells, rules_text(part), Text(duration(part.seconds) if part.seconds >= 0.05 else "")]


def _count(value: int, *, wide: bool) -> Text:
    return Text(number(value) if wide else compact(value), style="" if value else "dim")


def _total(record: RunRecord) -> RowCounts:
    sums = {name: sum(getattr(part.rows, name) for part in record.tables) for name in COUNTS}
    return RowCounts(**sums)


def print_notes(record: RunRecord, console: Console) -> None:
    for part in record.tables:
        if part.notes:
            console.print(_indented(Text.assemble((part.table, "bold"), ": ", note_of(part)), 1))


def print_warnings(record: RunRecord, console: Console) -> None:
    for warning in record.warnings:
        console.print(_indented(Text.assemble(("warning: ", "bold yellow"), printable(warning)), 1))


def print_failures(record: RunRecord, console: Console) -> None:
    """One block a table that failed or was blocked: where, what, what to do, what readers see."""
    for part in record.tables:
        if part.status not in TROUBLE:
            continue
        stage = f" in stage {part.stage}" if part.stage else ""
        colour = COLOURS[part.status]
        console.print()
        console.print(
            Text(f"{SYMBOLS[part.status]} {part.table} {WORDS[part.status]}{stage}", style=f"bold {colour}")
        )
        for verdict in part.verdicts:
            if verdict.outcome == "failed" and verdict.blocking:
                reason = printable(verdict.reason)
                console.print(_indented(Text.assemble((verdict.rule, "bold"), f": {reason}")))
        for label, text in (("", part.error), ("hint: ", part.hint), ("data: ", part.data_state)):
            if text:
                console.print(_indented(Text.assemble((label, "bold"), _lines(text))))


def print_quarantine(record: RunRecord, console: Console) -> None:
    reasons = [(part.table, entry) for part in record.tables for entry in part.quarantine]
    if not reasons:
        return
    table = Table(
        box=box.SIMPLE_HEAD, collapse_padding=True, pad_edge=False, title_justify="left", show_edge=False
    )
    table.title = Text("Quarantined rows", style="bold yellow")
    table.add_column("table", overflow="fold", min_width=14)
    table.add_column("rows", justify="right", no_wrap=True)
    table.add_column("reason", overflow="fold", ratio=1)
    for name, entry in reasons:
        table.add_row(Text(name), Text(number(entry.rows)), Text(printable(entry.reason)))
    console.print()
    console.print(table)
    console.print()


def print_closing(record: RunRecord, console: Console, report: str) -> None:
    took = duration((record.finished - record.started).total_seconds())
    colour = {0: "green", 3: "yellow"}.get(record.exit_code, "red")
    head = Text(f"{headline(record)} in {took}.", style=f"bold {colour}")
    meaning = f" Exit {record.exit_code}: {exit_meaning(record.exit_code)}." if record.exit_code else ""
    console.print(Text.assemble(head, " ", outcome(record), meaning))
    if report:
        console.print(Text.assemble(("Report: ", "bold"), report), soft_wrap=True)


def _indented(text: Text, left: int = 2) -> Padding:
    return Padding(text, (0, 0, 0, left))


def _lines(text: str) -> str:
    """An error's text keeps its line breaks; everything else unprintable is made visible."""
    return "\n".join(printable(line) for line in text.splitlines())
