"""Rows of a table as JSON or as a table on the terminal, in bounded memory."""

from __future__ import annotations

import json
import math
from collections.abc import Iterable, Sequence
from datetime import date, time
from decimal import Decimal
from itertools import islice
from typing import TextIO

from rich import box
from rich.console import Console
from rich.table import Table
from rich.text import Text

from etl_core.report.wording import plural, printable

CHUNK = 500  # rows a terminal table: widths fit its rows, and memory stays bounded
EXACT_DIGITS = 15  # a double keeps this many decimal digits; JSON readers use doubles

Row = dict[str, object]


def write_json(rows: Iterable[Row], out: TextIO) -> None:
    """One JSON array, a row a line. Dates and times are ISO 8601, bytes hexadecimal; a decimal of more
    than 15 digits is text, because JSON readers would round it; so are NaN and infinity."""
    out.write("[")
    for index, row in enumerate(rows):
        out.write(("," if index else "") + "\n" + json.dumps(plain(row), ensure_ascii=False, allow_nan=False))
    out.write("\n]\n")


def plain(value: object) -> object:
    """The value in JSON's own types."""
    if isinstance(value, dict):
        return {str(key): plain(inner) for key, inner in value.items()}
    if isinstance(value, list | tuple):
        return [plain(inner) for inner in value]
    return _scalar(value)


def _scalar(value: object) -> object:
    match value:
        case None | bool() | int() | str():
            return value
        case float():
            return value if math.isfinite(value) else str(value)
        case Decimal() if len(value.as_tuple().digits) <= EXACT_DIGITS:
            return int(value) if value == value.to_integral_value() else float(value)
        case bytes():
            return value.hex()
    return value.isoformat() if isinstance(value, date | time) else str(value)


def print_rows(rows: Iterable[Row], columns: Sequence[str], console: Console) -> None:
    """Tables of 500 rows each, one after the other, then how many rows there were."""
    rest, count = iter(rows), 0
    while chunk := list(islice(rest, CHUNK)):
        console.print(_table(chunk, columns))
        count += len(chunk)
    console.print(Text(plural(count, "row"), style="dim"))


def _table(rows: Sequence[Row], columns: Sequence[str]) -> Table:
    table = Table(box=box.SIMPLE_HEAD, collapse_padding=True, pad_edge=False, show_edge=False)
    for name in columns:
        numbers = all(isinstance(row[name], int | float | Decimal | None) for row in rows)
        table.add_column(Text(printable(name)), justify="right" if numbers else "left", overflow="fold")
    for row in rows:
        table.add_row(*(_cell(row[name]) for name in columns))
    return table


def _cell(value: object) -> Text:
    """NULL and the empty text must not look alike."""
    if value is None:
        return Text("NULL", style="dim italic")
    if isinstance(value, dict | list):
        return Text(printable(json.dumps(plain(value), ensure_ascii=False)))
    return Text(printable(f"{value}"))
