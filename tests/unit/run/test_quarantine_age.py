"""Which runs' quarantined rows go: the old ones, and never a mark before the rows it marks."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

from hypothesis import given
from hypothesis import strategies as st

from etl_core.run.writing.quarantine_age import MOST_RUNS, HeldRun, going

START = datetime(2026, 1, 1, tzinfo=UTC)


def run(number: int, *took: int, day: int | None = None) -> HeldRun:
    at = START + timedelta(days=number if day is None else day)
    return HeldRun(f"r{number:03d}", at, frozenset(f"r{one:03d}" for one in took))


def test_only_what_is_old_goes_the_oldest_first() -> None:
    held = [run(3), run(1), run(2)]
    assert going(held, START + timedelta(days=3)) == ("r001", "r002")


def test_a_mark_waits_for_the_rows_that_it_marks() -> None:
    later = run(1, day=40)  # a logical time after that of the requeue that took it
    assert going([later, run(2, 1)], START + timedelta(days=30)) == ()
    assert going([later, run(2, 1)], START + timedelta(days=50)) == ("r001", "r002")
    assert going([run(2, 1)], START + timedelta(days=30)) == ("r002",)


@given(st.lists(st.tuples(st.integers(0, 60), st.sets(st.integers(0, 59))), max_size=60), st.integers(0, 60))
def test_whenever_it_stops_no_row_waits_again(runs: list[tuple[int, set[int]]], days: int) -> None:
    held = [run(n, *(one for one in took if one < n), day=day) for n, (day, took) in enumerate(runs)]
    gone = going(held, START + timedelta(days=days))
    assert len(gone) == len(set(gone)) <= MOST_RUNS
    left = {one.run_id: one for one in held}
    for run_id in gone:
        assert left[run_id].at < START + timedelta(days=days)
        assert not left.pop(run_id).took & left.keys()
