"""Cron expressions of AWS Glue triggers: read, checked, and how often they fire.

Fields and wildcards: AWS Glue Developer Guide, "Time-based schedules for jobs and crawlers":
minutes, hours, day of month, month, day of week, year; times are UTC.
"""

from __future__ import annotations

import calendar
import re
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, timedelta
from itertools import pairwise

MONTHS = tuple(name.upper() for name in calendar.month_abbr[1:])
DAYS = ("SUN", "MON", "TUE", "WED", "THU", "FRI", "SAT")  # 1 is Sunday
# name, least, greatest, words for the numbers from the least on
FIELDS = (
    ("minutes", 0, 59, ()),
    ("hours", 0, 23, ()),
    ("day of month", 1, 31, ()),
    ("month", 1, 12, MONTHS),
    ("day of week", 1, 7, DAYS),
    ("year", 1970, 2199, ()),
)
_PART = re.compile(r"(?P<from>\*|\w+)(-(?P<to>\w+))?(/(?P<step>\d+))?")
_SPECIAL = {2: re.compile(r"LW?|\d{1,2}W"), 4: re.compile(r"L|(\d|[A-Z]{3})L")}  # by field
MINUTES_A_DAY = 24 * 60
# Four years and a day: every weekday, month end and leap day has come by.
_DAYS_LOOKED_AT = 4 * 365 + 1
_LOOK_FROM = date(2025, 1, 1)


class CronError(ValueError):
    """What is wrong with an expression, in words."""


@dataclass(frozen=True)
class Cron:
    """`times` are minutes of the day, sorted; days match by the four fields after them."""

    times: tuple[int, ...]
    month_days: frozenset[int] | str
    months: frozenset[int]
    week_days: frozenset[int] | str
    years: frozenset[int]

    def fires_on(self, day: date) -> bool:
        if day.year not in self.years or day.month not in self.months:
            return False
        week_day = day.isoweekday() % 7 + 1
        if isinstance(self.week_days, str):
            return _last_weekday(self.week_days, day, week_day)
        if isinstance(self.month_days, str):
            return day.day == _special_day(self.month_days, day)
        return day.day in self.month_days and week_day in self.week_days

    def shortest_gap(self) -> int | None:
        """Minutes between the two starts that are closest to each other; None: it never starts twice."""
        gaps = [later - earlier for earlier, later in pairwise(self.times)]
        days = self._days()
        for earlier, later in pairwise(days):
            apart = (later - earlier).days * MINUTES_A_DAY
            gaps.append(apart + self.times[0] - self.times[-1])
        return min(gaps, default=None) if days else None

    def starts_a_month(self) -> float:
        """On average over four years."""
        return len(self.times) * len(self._days()) / 48

    def _days(self) -> list[date]:
        start = max(_LOOK_FROM, date(min(self.years), 1, 1))
        return [
            day for number in range(_DAYS_LOOKED_AT) if self.fires_on(day := start + timedelta(days=number))
        ]


def parse_cron(text: str) -> Cron:
    """Raises CronError, with what is wrong and in which field."""
    parts = text.split()
    if len(parts) != len(FIELDS):
        raise CronError(f"has {len(parts)} fields, not {len(FIELDS)}")
    if (parts[2] == "?") == (parts[4] == "?"):
        raise CronError("needs `?` in exactly one of day of month and day of week")
    minutes, hours, month_days, months, week_days, years = (
        _field(index, part.upper()) for index, part in enumerate(parts)
    )
    if (
        isinstance(minutes, str)
        or isinstance(hours, str)
        or isinstance(months, str)
        or isinstance(years, str)
    ):
        raise CronError("takes `L` and `W` for days only")
    times = tuple(sorted(hour * 60 + minute for hour in hours for minute in minutes))
    return Cron(times, month_days, months, week_days, years)


def _field(index: int, text: str) -> frozenset[int] | str:
    """The values a field matches; a day that depends on the month stays as it is written."""
    name, least, greatest, _ = FIELDS[index]
    if text == "?":
        if index not in _SPECIAL:
            raise CronError(f"takes `?` for days only, not as {name}")
        return frozenset(range(least, greatest + 1))
    special = _SPECIAL.get(index)
    if special is not None and special.fullmatch(text):
        if digits := text.rstrip("LW"):
            _number(index, digits)
        return text if text != "L" or index != 4 else frozenset({7})  # the week ends on Saturday
    return frozenset(value for part in text.split(",") for value in _values(index, part))


def _values(index: int, part: str) -> Iterator[int]:
    name, least, greatest, _ = FIELDS[index]
    match = _PART.fullmatch(part)
    if match is None or (match["from"] == "*" and match["to"]):
        raise CronError(f"has `{part}` as {name}, which is no number, range or step")
    first = least if match["from"] == "*" else _number(index, match["from"])
    alone = match["from"] != "*" and match["step"] is None
    last = _number(index, match["to"]) if match["to"] else first if alone else greatest
    step = int(match["step"] or 1)
    if last < first or step < 1:
        raise CronError(f"has `{part}` as {name}, which holds nothing")
    yield from range(first, last + 1, step)


def _number(index: int, text: str) -> int:
    name, least, greatest, words = FIELDS[index]
    if text in words:
        return words.index(text) + least
    if not text.isdigit() or not least <= int(text) <= greatest:
        known = f", {words[0]}-{words[-1]}" if words else ""
        raise CronError(f"has `{text}` as {name}; it takes {least}-{greatest}{known}")
    return int(text)


def _special_day(text: str, day: date) -> int:
    """`L`: the month's last day; `W`: the weekday nearest to a day, within the month."""
    last = calendar.monthrange(day.year, day.month)[1]
    wanted = last if text.startswith("L") else int(text.rstrip("W"))
    if wanted > last:
        return 0
    if not text.endswith("W"):
        return wanted
    weekday = day.replace(day=wanted).isoweekday()
    if weekday == 6:
        return wanted - 1 if wanted > 1 else wanted + 2
    if weekday == 7:
        return wanted + 1 if wanted < last else wanted - 2
    return wanted


def _last_weekday(text: str, day: date, week_day: int) -> bool:
    """`5L`: the month's last Thursday."""
    last = calendar.monthrange(day.year, day.month)[1]
    return week_day == _number(4, text.rstrip("L")) and day.day > last - 7
