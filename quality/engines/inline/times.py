"""Durations and days of DQDL as SQL. Pure: what is meant by now comes from outside."""

from __future__ import annotations

from datetime import datetime
from decimal import ROUND_HALF_UP, Decimal

from etl_core.names import literal
from quality.dqdl import Operand

_SECONDS = {"days": 86_400, "hours": 3_600, "minutes": 60}


def moment(now: datetime) -> int:
    """Seconds since 1970, as Spark casts timestamps to numbers."""
    return int(now.timestamp())


def seconds(duration: str) -> int:
    """Of `3 days`, `24 hours` or `45 minutes`."""
    amount, unit = duration.split()
    return int(amount) * _SECONDS[unit]


def hours(duration: str) -> Decimal:
    """To four places, as Deequ compares them."""
    return (Decimal(seconds(duration)) / 3_600).quantize(Decimal("0.0001"), ROUND_HALF_UP)


def day(operand: Operand, now: datetime) -> str:
    """`"2024-12-31"`, `now()` or `(now() - 3 days)` as SQL; days begin in the session's time zone."""
    if operand.kind == "string":
        return f"TO_DATE({literal(str(operand.value))})"
    words = operand.text.strip("()").split(maxsplit=2)  # now() | now( ) | now() - 3 days
    sign, duration = (words[1], words[2]) if len(words) == 3 else ("+", "0 days")
    offset = seconds(duration) if sign == "+" else -seconds(duration)
    return f"TO_DATE(TIMESTAMP_SECONDS({moment(now) + offset}))"
