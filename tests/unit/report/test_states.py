"""How far tables have read, as a person and as a program see it."""

from __future__ import annotations

import io
import json
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from rich.console import Console

from etl_core.errors import StateError
from etl_core.plan.observed import ObservedTable
from etl_core.report.states import print_change, print_progress, progress_of, read_progress
from etl_core.state.models import FileBookmark, SeenFile, TableBookmark, TableState

AT = datetime(2026, 11, 20, 7, 48, 10, tzinfo=UTC)
NS = int(AT.timestamp()) * 10**9
FILES = FileBookmark(
    mtime=NS,
    name="d.csv",
    seen={
        name: SeenFile(etag=name, mtime=NS - age, size=1) for age, name in enumerate(["d.csv", "c", "b", "a"])
    },
    epoch=2,
)
OBSERVED = {
    "raw.orders": ObservedTable(
        exists=True,
        snapshot="77",
        state=TableState(run_id="r1", at=AT, inputs={"source": FILES}, oldest_tombstone=AT),
        rows=3,
    ),
    "enriched.daily": ObservedTable(
        exists=True,
        snapshot="8",
        state=TableState(run_id="r2", at=AT, inputs={"orders": TableBookmark(snapshot="77", run_id="r1")}),
    ),
    "enriched.lost": ObservedTable(exists=True, snapshot="5", rows=4),
}


def shown(*names: str) -> str:
    out = io.StringIO()
    console = Console(file=out, width=160)
    print_progress(progress_of(names, OBSERVED), console, AT + timedelta(hours=3))
    return out.getvalue()


def test_files_are_told_by_the_newest() -> None:
    said = shown("raw.orders")
    assert "3 h ago, snapshot 77" in said
    assert "files up to 2026-11-20 07:48:10 UTC, d.csv; 4 files within the lookback: d.csv, c, b, ..." in said
    assert "full load 2" in said
    assert "oldest tombstone of 2026-11-20 07:48:10 UTC" in said


def test_tables_are_told_by_snapshot_and_run() -> None:
    line = next(line for line in shown("enriched.daily").splitlines() if "    orders" in line)
    assert line.split() == ["orders", "snapshot", "77", "r1"]


def test_what_is_lost_and_what_is_missing_are_told_apart() -> None:
    said = shown("enriched.lost", "enriched.none")
    assert "progress is lost" in said
    assert "no table" in said


def test_a_change_shows_both_sides() -> None:
    out = io.StringIO()
    after = TableState(run_id="r3", at=AT, inputs={"source": FileBookmark()})
    print_change(OBSERVED["raw.orders"].state, after, Console(file=out, width=160))
    line = next(line for line in out.getvalue().splitlines() if line.startswith("source"))
    assert "d.csv" in line
    assert line.rstrip().endswith("nothing")
    out = io.StringIO()
    print_change(None, after, Console(file=out, width=160))
    assert "unknown" in out.getvalue()


def test_what_show_prints_can_be_read_back(tmp_path: Path) -> None:
    path = tmp_path / "saved.json"
    path.write_text(json.dumps([one.model_dump(mode="json") for one in progress_of(OBSERVED, OBSERVED)]))
    assert read_progress(path, "raw.orders") == OBSERVED["raw.orders"].state
    with pytest.raises(StateError, match=r"has no progress of enriched\.lost"):
        read_progress(path, "enriched.lost")
    with pytest.raises(StateError, match=r"has no progress of raw\.order") as caught:
        read_progress(path, "raw.order")
    assert "raw.orders" in caught.value.hint


@pytest.mark.parametrize("text", ["", "{}", '[{"table": 3}]'])
def test_another_file_is_refused(tmp_path: Path, text: str) -> None:
    path = tmp_path / "saved.json"
    path.write_text(text)
    with pytest.raises(StateError, match="is not what"):
        read_progress(path, "raw.orders")
