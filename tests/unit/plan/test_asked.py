"""Windows of time, and options that contradict."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest

from etl_core.errors import PlanError
from etl_core.plan.asked import ORDINARY, Window, asked_of, windows


def day(number: int) -> datetime:
    return datetime(2026, 11, number, tzinfo=UTC)


def test_a_window_has_its_begin_and_not_its_end() -> None:
    window = Window(day(1), day(2))
    assert [moment in window for moment in (day(1), day(2) - timedelta(microseconds=1), day(2))] == [
        True,
        True,
        False,
    ]


def test_one_window_or_its_parts_in_order() -> None:
    assert list(windows(day(1), day(4))) == [Window(day(1), day(4))]
    parts = list(windows(day(1), day(4), timedelta(days=2)))
    assert parts == [Window(day(1), day(3)), Window(day(3), day(4))]


@pytest.mark.parametrize("end", [1, 2])
def test_a_window_ends_after_it_begins(end: int) -> None:
    with pytest.raises(PlanError, match="not after its start"):
        list(windows(day(2), day(end)))


def test_allow_vanished_is_about_a_full_refresh() -> None:
    assert asked_of(full_refresh=False, allow_vanished=False) is ORDINARY
    assert asked_of(full_refresh=True, allow_vanished=True).rebuilds
    with pytest.raises(PlanError, match="full refresh"):
        asked_of(full_refresh=False, allow_vanished=True)
