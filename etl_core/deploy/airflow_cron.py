"""Glue's cron as Airflow takes it: five fields, Sunday is 0, steps need a range."""

from __future__ import annotations

import re

from etl_core.config.cron import DAYS, FIELDS
from etl_core.errors import ConfigError

_STEP = re.compile(r"(\w+)/(\d+)")
_SUNDAY_FIRST = re.compile(r"\b[1-7]\b")


def airflow_cron(cron: str) -> str:
    """Of a valid expression. Raises ConfigError for `L`, `W` and years, which cron does not have."""
    fields = cron.upper().split()
    if fields[5] != "*" or any(re.search(r"\bL|W\b|\dL\b|\bLW\b|[A-Z]{3}L\b", fields[at]) for at in (2, 4)):
        raise ConfigError(
            f"Airflow has no cron for `{cron}`: it knows neither years nor `L` and `W`",
            hint="write the days out, or deploy with --as glue or --as stepfunctions",
        )
    return " ".join(_field(index, text) for index, text in enumerate(fields[:5]))


def _field(index: int, text: str) -> str:
    if text == "?":
        return "*"
    parts = text.split(",")
    return ",".join(_days(_stepped(index, part)) if index == 4 else _stepped(index, part) for part in parts)


def _stepped(index: int, part: str) -> str:
    """`0/15` -> `0-59/15`."""
    match = _STEP.fullmatch(part)
    return f"{match[1]}-{FIELDS[index][2]}/{match[2]}" if match else part


def _days(part: str) -> str:
    """`2-6` -> `1-5`; names stay. What follows `/` is a count, not a day."""
    days, slash, step = part.partition("/")
    for name in DAYS:
        days = days.replace(name, str(DAYS.index(name) + 1))
    return _SUNDAY_FIRST.sub(lambda day: str(int(day[0]) - 1), days) + slash + step
