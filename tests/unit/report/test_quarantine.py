"""How quarantined rows read on the terminal, as JSON and as CSV."""

from __future__ import annotations

import csv
import io
import json
from datetime import UTC, datetime
from typing import Any

from rich.console import Console

from etl_core.report.quarantine import print_taking, print_waiting, summary
from etl_core.report.quarantine_rows import (
    matching,
    print_quarantined,
    write_quarantined_csv,
    write_quarantined_json,
)

NOW = datetime(2026, 11, 21, tzinfo=UTC)


def row(number: int, **more: Any) -> dict[str, object]:
    return {
        "reason": "fee: not a decimal(8,2)",
        "errors": [{"column": "fee", "value": "1,5\x1b[31m", "reason": "not a decimal(8,2)"}],
        "rules": None,
        "row": json.dumps({"id": number, "fee": None}),
        "_strata_source_file": "2026/1.csv",
        "_strata_row": number,
        "_strata_run_id": "run-1",
        "_strata_ingested_at": datetime(2026, 11, 19),
        **more,
    }


RULE = {
    "reason": 'rule failed: IsUnique "id"',
    "errors": None,
    "rules": ['IsUnique "id"'],
    "_strata_source_file": None,
}
ROWS = [row(1), row(2), row(3, _strata_run_id="run-2", **RULE)]


def printed(width: int, *show: Any) -> str:
    console = Console(width=width, file=io.StringIO(), highlight=False)
    show[0](*show[1:-1], console, *([show[-1]] if show[-1] else []))
    assert isinstance(console.file, io.StringIO)
    return console.file.getvalue()


def test_the_sum_of_a_table() -> None:
    one = summary("raw.a", ROWS)
    assert (one.rows, one.runs, one.rules) == (3, {"run-1": 2, "run-2": 1}, {'IsUnique "id"': 1})
    assert (one.reasons[0].reason, one.reasons[0].rows) == ("fee: not a decimal(8,2)", 2)
    assert one.oldest == datetime(2026, 11, 19, tzinfo=UTC)
    assert summary("raw.a", ROWS, ["run-2"]).rows == 1
    assert summary("raw.a", []).oldest is None


def test_the_list_fits_a_narrow_terminal() -> None:
    for width in (80, 120):
        text = printed(width, print_waiting, [summary("raw.a", ROWS), summary("raw.b", [])], NOW)
        assert max(map(len, text.splitlines())) <= width
        assert "2 d ago" in text
        assert "raw.b" not in text
    empty = printed(80, print_waiting, [summary("a.b", [])], NOW)
    assert "No row waits in the quarantine of 1 table." in empty
    assert "nothing to do" in printed(80, print_taking, summary("a.b", []), None)


def test_a_row_cannot_move_the_cursor() -> None:
    text = printed(80, print_quarantined, ROWS, NOW)
    assert "\x1b" not in text
    assert "fee = " in text
    assert "2026/1.csv, row 1; run run-1 (2 d ago)" in text
    assert text.rstrip().endswith("3 rows")


def test_rows_are_found_by_run_and_by_rule() -> None:
    assert [found["_strata_row"] for found in matching(ROWS, rule="isunique")] == [3]
    assert [found["_strata_row"] for found in matching(ROWS, rule="DECIMAL")] == [1, 2]
    assert [found["_strata_row"] for found in matching(ROWS, run="run-1", rule="IsUnique")] == []


def test_json_and_csv_say_the_same() -> None:
    as_json, as_csv = io.StringIO(), io.StringIO(newline="")
    write_quarantined_json(ROWS, as_json)
    write_quarantined_csv(ROWS, as_csv)
    found = json.loads(as_json.getvalue())
    as_csv.seek(0)
    for one, other in zip(found, csv.DictReader(as_csv), strict=True):
        assert json.loads(other["errors"]) == one["errors"]
        assert (other["run"], other["row"], other["at"]) == (one["run"], one["row"], one["at"])
    assert found[0]["at"] == "2026-11-19T00:00:00+00:00"
