"""What is expected of the next number: by hand where that can be, else by what must and must not pass."""

from __future__ import annotations

import pytest

from quality.anomalies import MOST, expected


def newest_first(values: list[float]) -> list[float]:
    return values[::-1]


@pytest.mark.parametrize("results", [[], [1.0], [1.0, 100.0]])
def test_fewer_than_three_results_tell_nothing(results: list[float]) -> None:
    assert expected(results) is None


def test_around_the_median_by_the_median_deviation() -> None:
    # median 110, deviations 10, 0, 20: median 10; 10 * 1.4826 * 1.495 * 3.5
    found = expected([130.0, 110.0, 100.0])
    assert found is not None
    room = 10 * 1.4826 * 1.495 * 3.5
    assert (found.low, found.high) == pytest.approx((110 - room, 110 + room))
    assert found.results == 3


def test_where_most_results_are_equal_the_mean_deviation_counts() -> None:
    # deviations 0, 0, 0, 0, 40: the median is 0, the mean 8; 8 * 1.253314 * 3.5
    found = expected([100.0, 100.0, 140.0, 100.0, 100.0])
    assert found is not None
    assert found.high == pytest.approx(100 + 8 * 1.253314 * 3.5)


def test_what_never_changed_may_change_by_a_twentieth() -> None:
    found = expected([200.0] * 8)
    assert found is not None
    assert (found.low, found.high) == (190.0, 210.0)
    assert [found.holds(value) for value in (189.9, 190.0, 210.0, 210.1)] == [False, True, True, False]


def test_an_earlier_anomaly_does_not_widen_what_is_expected() -> None:
    calm = [100.0, 101.0, 99.0, 100.0, 102.0, 98.0, 100.0, 101.0]
    with_one = expected(newest_first([*calm, 5000.0]))
    assert with_one is not None
    assert not with_one.holds(200.0)
    assert with_one.holds(103.0)


def test_a_table_that_grows_is_expected_to_grow() -> None:
    found = expected(newest_first([1000.0 * day for day in range(1, 31)]))
    assert found is not None
    assert found.holds(31_000.0)
    assert not found.holds(15_000.0)
    assert not found.holds(40_000.0)


def test_a_week_is_seen_once_there_are_three() -> None:
    week = [100.0, 102.0, 98.0, 101.0, 99.0, 20.0, 21.0]
    found = expected(newest_first(week * 4))  # next: a Monday
    assert found is not None
    assert found.holds(100.0)
    assert not found.holds(20.0)
    saturday = expected(newest_first([*week * 3, *week[:5]]))
    assert saturday is not None
    assert saturday.holds(20.0)
    assert not saturday.holds(100.0)


def test_the_line_is_that_of_theil_and_sen() -> None:
    # slopes between all pairs of these: 2, but those to the outlier
    values = [2.0 * place for place in range(10)]
    values[4] = 500.0
    found = expected(newest_first(values))
    assert found is not None
    assert (found.low + found.high) / 2 == pytest.approx(20.0)


def test_old_results_are_forgotten() -> None:
    old, new = [1000.0] * 100, [10.0] * MOST
    found = expected(newest_first([*old, *new]))
    assert found is not None
    assert found.holds(10.0)
    assert not found.holds(1000.0)
    assert found.results == MOST
