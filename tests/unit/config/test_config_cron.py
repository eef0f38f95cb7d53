"""Cron expressions of Glue: what they mean is held against a calendar walked day by day."""

from __future__ import annotations

import calendar
from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from etl_core.config.cron import CronError, parse_cron

YEAR = [date(2028, 1, 1) + timedelta(days=number) for number in range(366)]  # a leap year


def fires(text: str) -> list[date]:
    cron = parse_cron(text)
    return [day for day in YEAR if cron.fires_on(day)]


def test_which_days() -> None:
    fridays = [day for day in YEAR if calendar.day_abbr[day.weekday()] == "Fri"]
    assert fires("0 3 ? * 6 *") == fires("0 3 ? * FRI *") == fridays
    assert fires("0 3 ? * 6L *") == [day for day in fridays if (day + timedelta(days=7)).month != day.month]
    assert fires("0 3 L * ? *") == [day for day in YEAR if (day + timedelta(days=1)).day == 1]
    assert fires("0 3 29 FEB ? *") == [date(2028, 2, 29)]
    assert fires("0 3 1 1-12/6 ? *") == [date(2028, 1, 1), date(2028, 7, 1)]
    assert fires("0 3 ? * L *") == [day for day in YEAR if calendar.day_abbr[day.weekday()] == "Sat"]
    assert fires("0 3 1 1 ? 2027") == []


def test_the_nearest_weekday_stays_in_its_month() -> None:
    # 2028-01-01 and 2028-07-01 are Saturdays, 2028-04-30 is a Sunday, 2028-10-01 a Sunday
    found = fires("0 3 1W * ? *")
    assert len(found) == 12
    assert {date(2028, 1, 3), date(2028, 7, 3), date(2028, 10, 2)} <= set(found)
    assert date(2028, 4, 28) in fires("0 3 30W * ? *")
    assert date(2028, 2, 29) in fires("0 3 LW * ? *")
    assert all(day.weekday() < 5 for day in found + fires("0 3 LW * ? *"))


@given(st.sets(st.integers(0, 59), min_size=1), st.sets(st.integers(0, 23), min_size=1))
def test_the_shortest_gap_of_a_daily_schedule(minutes: set[int], hours: set[int]) -> None:
    times = sorted(hour * 60 + minute for hour in hours for minute in minutes)
    gaps = [later - earlier for earlier, later in zip(times, [*times[1:], times[0] + 1440], strict=True)]
    text = f"{','.join(map(str, minutes))} {','.join(map(str, hours))} * * ? *"
    assert parse_cron(text).shortest_gap() == min(gaps)


@pytest.mark.parametrize(
    ("text", "minutes", "monthly"),
    [
        ("0/15 * * * ? *", 15, 2922),
        ("0 3 * * ? *", 1440, 30.4375),
        ("30 23 ? * MON-FRI *", 1440, 1043 / 48),
        ("0 3 1 1 ? 2030", None, 1 / 48),
        ("0 0 1 * ? *", 28 * 1440, 1.0),
    ],
)
def test_how_often(text: str, minutes: int | None, monthly: float) -> None:
    cron = parse_cron(text)
    assert cron.shortest_gap() == minutes
    assert cron.starts_a_month() == pytest.approx(monthly, abs=0.01)


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("0 3 * * *", "has 5 fields, not 6"),
        ("0 3 * * * *", "needs `?` in exactly one of day of month and day of week"),
        ("0 3 ? * ? *", "needs `?` in exactly one of day of month and day of week"),
        ("60 3 * * ? *", "has `60` as minutes; it takes 0-59"),
        ("? 3 * * ? *", "takes `?` for days only, not as minutes"),
        ("0 3 32W * ? *", "has `32` as day of month; it takes 1-31"),
        ("0 3 ? * WLL *", "has `WLL` as day of week; it takes 1-7, SUN-SAT"),
        ("0 3 ? * 1#2 *", "has `1#2` as day of week, which is no number, range or step"),
        ("5-1 3 * * ? *", "has `5-1` as minutes, which holds nothing"),
        ("0/0 3 * * ? *", "has `0/0` as minutes, which holds nothing"),
    ],
)
def test_what_is_wrong(text: str, said: str) -> None:
    with pytest.raises(CronError) as error:
        parse_cron(text)
    assert str(error.value) == said
