from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st
from report_sample import few, greatfin

from etl_core.report.wording import age, compact, duration, headline, outcome, printable


@pytest.mark.parametrize(
    ("seconds", "text"),
    [
        (0.04, "0.0 s"),
        (9.94, "9.9 s"),
        (9.96, "10 s"),
        (59.4, "59 s"),
        (59.6, "1 min 00 s"),
        (185, "3 min 05 s"),
        (3599.6, "1 h 00 min"),
        (7440, "2 h 04 min"),
    ],
)
def test_durations_change_their_unit_and_never_show_sixty(seconds, text):
    assert duration(seconds) == text


@pytest.mark.parametrize(
    ("value", "text"),
    [
        (0, "0"),
        (99_999, "99,999"),
        (100_000, "100k"),
        (999_499, "999k"),
        (999_600, "1.0M"),
        (4_000_000, "4.0M"),
        (12_345_678_901, "12.3G"),
    ],
)
def test_compact_numbers(value, text):
    assert compact(value) == text


@few
@given(st.integers(0, 10**15))
def test_compact_numbers_are_short_and_near_the_value(value):
    text = compact(value)
    assert len(text) <= 6
    unit = {"k": 1e3, "M": 1e6, "G": 1e9, "T": 1e12, "P": 1e15}.get(text[-1], 1)
    shown = float(text.rstrip("kMGTP").replace(",", "")) * unit
    assert abs(shown - value) <= 0.05 * value


@pytest.mark.parametrize(
    ("seconds", "text"), [(3, "just now"), (61, "1 min ago"), (7300, "2 h ago"), (86400 * 3, "3 d ago")]
)
def test_ages(seconds, text):
    assert age(seconds) == text


def test_the_outcome_counts_every_table_once_the_worst_first():
    assert outcome(greatfin()) == (
        "1 table failed, 1 table was blocked by a rule and keeps its old data, 2 tables were skipped, "
        "10 tables are done, 1 table had nothing new. 41 rows were quarantined."
    )


def test_a_run_without_work_says_so():
    quiet = [part for part in greatfin().tables if part.status == "nothing_new"]
    record = greatfin().model_copy(update={"tables": tuple(quiet), "exit_code": 0})
    assert (headline(record), outcome(record)) == ("Nothing new", "Nothing new: no table was written.")


@pytest.mark.parametrize(("code", "word"), [(0, "Done"), (2, "Failed"), (3, "Blocked"), (4, "Failed")])
def test_headlines_follow_the_exit_code(code, word):
    assert headline(greatfin().model_copy(update={"exit_code": code})) == word


@few
@given(st.text())
def test_printable_text_is_one_line_without_control_characters(text):
    shown = printable(text)
    assert len(shown.splitlines()) <= 1
    assert not any(ord(char) < 32 or 127 <= ord(char) < 160 for char in shown)
    assert len(shown) == len(text)


def test_a_run_out_of_time_is_not_finished_and_not_failed():
    done = next(part for part in greatfin().tables if part.status == "done" and not part.rows.quarantined)
    late = done.model_copy(update={"status": "not_started"})
    record = greatfin().model_copy(update={"tables": (done, late), "exit_code": 4})
    assert headline(record) == "Not finished"
    assert outcome(record) == "1 table was not started before the job's time was up, 1 table is done."
    failed = done.model_copy(update={"status": "failed"})
    assert headline(record.model_copy(update={"tables": (late, failed)})) == "Failed"
