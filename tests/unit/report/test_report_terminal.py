from __future__ import annotations

import io
import re
import threading

import pytest
from report_sample import earlier, greatfin
from rich.cells import cell_len
from rich.console import Console

from etl_core.report.choose import progress
from etl_core.report.history import print_runs, print_table_history
from etl_core.report.live import LiveProgress
from etl_core.report.progress import PlainProgress
from etl_core.report.records import QuarantineReason, RowCounts
from etl_core.report.terminal import print_summary

REPORT = "/srv/greatfin/warehouse/_strata/reports/20261121T074810Z-1a2b3c.html"


def console(width: int, *, terminal: bool = False) -> Console:
    return Console(width=width, file=io.StringIO(), force_terminal=terminal, legacy_windows=False)


def summary(width: int, record=None) -> str:
    out = console(width)
    print_summary(record or greatfin(), out, report=REPORT)
    return out.file.getvalue()


@pytest.mark.parametrize("width", [80, 120])
def test_no_line_is_wider_than_the_terminal_and_nothing_is_cut(width):
    text = summary(width)
    assert max(cell_len(line.rstrip()) for line in text.splitlines()) <= width
    assert "…" not in text
    for heading in ("rules", "time", "status"):
        assert heading in text


def row(text: str, name: str, after: str) -> list[str]:
    """Cells of the row of table `name` in the layer headed `after`."""
    part = text[re.search(rf"^\s*{after}\s*$", text, re.M).end() :]
    line = next(line for line in part.splitlines() if re.match(rf"\s+{name} ", line))
    return re.split(r"\s{2,}", line.strip())


def test_a_row_shows_status_counts_rules_and_time():
    got = row(summary(120), "customer_core1", "standardized")
    assert got == ["customer_core1", "✓ done", "20,000", "19,640", "37", "0", "323", "4/5", "4.2 s"]


def test_layers_head_their_tables_in_order():
    text = summary(120)
    heads = [
        line.strip()
        for line in text.splitlines()
        if line.strip() in {"raw", "standardized", "conformed", "enriched"}
    ]
    assert heads == ["raw", "standardized", "conformed", "enriched"]


def test_counts_that_are_zero_throughout_have_no_column():
    parts = tuple(
        part.model_copy(update={"rows": RowCounts(read=5, written=5)}) for part in greatfin().tables
    )
    text = summary(120, greatfin().model_copy(update={"tables": parts}))
    assert "written" in text
    assert "superseded" not in text


def test_what_failed_says_where_what_to_do_and_what_readers_see():
    flat = " ".join(summary(80).split())
    assert "✗ conformed.person failed in stage transform" in flat
    assert "column `net_wealth` cannot be resolved" in flat
    assert "hint: jobs/conformed/person.py:41; did you mean `net_worth`?" in flat
    assert "data: as before: snapshot 7719" in flat
    assert "■ standardized.interaction blocked in stage check" in flat
    assert "Value: 0.9471 does not meet the constraint requirement!" in flat


def test_quarantine_reasons_and_the_closing_line():
    text = summary(120)
    assert re.search(r"standardized\.customer_core1\s+21\s+birth_date: '31\.02\.1987' is not a date", text)
    assert "Exit 4: a table failed at run time." in " ".join(text.split())
    assert f"Report: {REPORT}" in text


def test_markup_and_control_characters_in_data_are_shown_not_obeyed():
    part = (
        greatfin()
        .tables[0]
        .model_copy(
            update={
                "quarantine": (QuarantineReason(reason="[red]x[/red]\x1b[2J\nforged", rows=1),),
                "notes": ("[b]n[/b]",),
            }
        )
    )
    text = summary(120, greatfin().model_copy(update={"tables": (part,)}))
    assert "[red]x[/red]" in text
    assert "[b]n[/b]" in text
    assert "\x1b" not in text
    assert not any(line.startswith("forged") for line in text.splitlines())


def test_a_run_without_tables_is_no_error():
    text = summary(80, greatfin().model_copy(update={"tables": (), "exit_code": 0}))
    assert "No table was part of this run." in text


def test_plain_progress_logs_one_line_a_table(caplog):
    caplog.set_level("INFO", logger="strata.run")
    done, failed = greatfin().tables[0], greatfin().tables[11]
    with PlainProgress(2) as events:
        events.started(done.table)
        events.stage(done.table, "read")
        events.finished(done)
        events.finished(failed)
    assert [record.levelname for record in caplog.records] == ["INFO", "INFO", "WARNING"]
    assert caplog.messages[1] == "[1/2] ✓ raw.employee: done, 4 read, 4 written, 1.7 s"
    assert "column `net_wealth` cannot be resolved" in caplog.messages[2]


def test_live_progress_shows_running_tables_and_keeps_only_trouble():
    out = console(100, terminal=True)
    tables = greatfin().tables
    with LiveProgress(len(tables), out) as events:
        events.started("conformed.person")
        events.stage("conformed.person", "transform")
        events._bars.refresh()
        for part in tables:
            events.finished(part)
    text = re.sub(r"\x1b\[[0-9;?]*[A-Za-z]", "", out.file.getvalue())
    assert re.search(r"conformed\.person\s.*transform", text)
    assert "15 of 15" in text
    assert "✗ conformed.person: failed" in text
    assert "raw.employee: done" not in text


def test_live_progress_may_be_told_from_many_threads():
    out = console(100, terminal=True)
    tables = greatfin().tables
    with LiveProgress(len(tables), out) as events:

        def work(part):
            events.started(part.table)
            events.stage(part.table, "write")
            events.finished(part)

        threads = [threading.Thread(target=work, args=(part,)) for part in tables]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
        assert events._running == {}
        assert events._bars.tasks[0].completed == len(tables)


def test_progress_is_plain_without_a_terminal(monkeypatch):
    monkeypatch.setattr("sys.stderr", io.StringIO())
    assert isinstance(progress(3), PlainProgress)
    assert isinstance(progress(3, live=True), LiveProgress)


@pytest.mark.parametrize("width", [80, 120])
def test_the_list_of_runs_fits_and_counts_statuses(width):
    out = console(width)
    print_runs([greatfin(), *earlier(3)], out)
    lines = out.file.getvalue().splitlines()
    assert max(map(len, lines)) <= width
    line = next(line for line in lines if "20261121T074810Z-1a2b3c" in line)
    assert re.search(r"Failed\s+10✓ 1○ 1■ 1✗ 2↷", line)


def test_a_tables_history_shows_its_rules_only_when_asked():
    part = next(part for part in greatfin().tables if part.table == "standardized.customer_core1")
    plain, full = console(120), console(120)
    print_table_history([(greatfin(), part)], plain, rules=False)
    print_table_history([(greatfin(), part)], full, rules=True)
    assert "Completeness" not in plain.file.getvalue()
    assert '! Completeness "email" > 0.95  Value: 0.9312' in full.file.getvalue()
    assert '✓ IsPrimaryKey "customer_id"' in full.file.getvalue()
