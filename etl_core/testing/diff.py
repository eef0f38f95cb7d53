"""The text of a failed comparison: rows that differ, the differing values in colour."""

from __future__ import annotations

import os
import sys
from collections.abc import Sequence
from itertools import zip_longest
from typing import Any

from prettytable import PrettyTable
from pyspark.sql import Row

SHOWN = 20
_RED, _BLUE, _OFF = "\033[31m", "\033[34m", "\033[0m"


def row_diff(columns: Sequence[str], actual: list[Row], expected: list[Row], *, ordered: bool) -> str:
    """`actual` and `expected`: all rows if `ordered`, otherwise those without a counterpart."""
    pairs = [
        (number, left, right)
        for number, (left, right) in enumerate(zip_longest(actual, expected), start=1)
        if repr(left) != repr(right)  # NaN differs from itself
    ]
    # the header is a row: PrettyTable's own wants unique names
    table = PrettyTable(header=False, align="l")
    table.add_row(["row" if ordered else "", "", *columns], divider=True)
    for number, left, right in pairs[:SHOWN]:
        table.add_row([number if ordered else "", "actual", *_cells(columns, left, right, _RED)])
        table.add_row(["", "expected", *_cells(columns, right, left, _BLUE)], divider=True)
    title = f"{len(actual)} rows actual, {len(expected)} expected" if ordered else _title(actual, expected)
    more = f"\n... and {len(pairs) - SHOWN} more" if len(pairs) > SHOWN else ""
    return f"{title}\n{table}{more}"


def _title(actual: list[Row], expected: list[Row]) -> str:
    return f"{len(actual)} rows only in actual, {len(expected)} rows only in expected"


def _cells(columns: Sequence[str], row: Row | None, other: Row | None, colour: str) -> list[str]:
    if row is None:
        return ["-" for _ in columns]
    others: Sequence[Any] = [None] * len(columns) if other is None else list(other)
    return [
        _paint(repr(value), colour) if other is None or repr(value) != repr(beside) else repr(value)
        for value, beside in zip(row, others, strict=True)
    ]


def _paint(text: str, colour: str) -> str:
    """Colour where a terminal shows it; NO_COLOR and FORCE_COLOR as https://no-color.org has them."""
    if os.environ.get("NO_COLOR") or not (os.environ.get("FORCE_COLOR") or sys.stdout.isatty()):
        return text
    return f"{colour}{text}{_OFF}"
