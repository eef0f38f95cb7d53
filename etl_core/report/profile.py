"""A profile on the terminal."""

from __future__ import annotations

from collections.abc import Iterator

from rich import box
from rich.console import Console
from rich.table import Table
from rich.text import Text

from etl_core.report.wording import compact, number, plural, printable
from quality.profiling.model import ColumnProfile, Profile, ValueCount
from quality.profiling.types import type_of

SHOWN = 3  # values or patterns a column
_WIDE = 32  # characters of a value


def print_profile(found: Profile, at: str, console: Console) -> None:
    """A block a column in a table: what it is, how full, how different, from where to where."""
    likely = f"; likely key: {printable(found.keys[0])}" if found.keys else "; no column is a key by itself"
    said = f"{plural(found.rows, 'row')}, {plural(len(found.columns), 'column')}{likely}"
    console.print(Text.assemble((printable(at), "bold"), f": {said}"))
    grid = Table(box=box.SIMPLE_HEAD, collapse_padding=True, pad_edge=False, show_edge=False)
    for name in ("column", "type", "NULL", "distinct", "from .. to", "most frequent, or form"):
        grid.add_column(name, overflow="fold", justify="right" if name in ("NULL", "distinct") else "left")
    for column in found.columns:
        grid.add_row(
            Text(printable(column.name), style="bold"),
            _type(column),
            _nulls(column),
            _distinct(column),
            Text("\n".join(_range(column))),
            Text("\n".join(_frequent(column))),
        )
    console.print(grid)


def percent(part: int, whole: int) -> str:
    """100 % only of all, 0 % only of none."""
    if not whole or part in (0, whole):
        return "100 %" if part else "0 %"
    return f"{min(max(part * 100 / whole, 0.1), 99.9):.1f} %"


def _type(column: ColumnProfile) -> Text:
    """With what texts look like."""
    found = type_of(column, 0.5)
    if found.type == column.type:
        return Text(column.type)
    share = percent(found.fitting, found.values)
    return Text.assemble(column.type, (f"\n{share} {found.type}", "cyan"))


def _nulls(column: ColumnProfile) -> Text:
    return Text(percent(column.nulls, column.rows), style="yellow" if column.nulls else "")


def _distinct(column: ColumnProfile) -> Text:
    if column.distinct is None:
        return Text("")
    if column.unique:
        return Text("unique", style="green")
    return Text(("" if column.exact else "~") + compact(column.distinct))


def _range(column: ColumnProfile) -> Iterator[str]:
    if column.minimum is not None and column.maximum is not None:
        yield f"{_short(column.minimum)} .. {_short(column.maximum)}"
    if column.mean is not None:
        yield f"mean {column.mean:.6g}"
    if column.nan:
        yield f"NaN {percent(column.nan, column.rows)}"
    if column.min_length is not None:
        same = column.min_length == column.max_length
        yield f"length {column.min_length}" + ("" if same else f" to {column.max_length}")
    for name in ("empty", "blank"):
        if name in column.reads_as:
            yield f"{name} {percent(column.reads_as[name], column.rows)}"


def _frequent(column: ColumnProfile) -> Iterator[str]:
    """Values where some come more than once, else forms."""
    counts = column.top if column.top and column.top[0].rows > 1 else column.patterns
    for one in counts[:SHOWN]:
        yield f"{_value(one)} {percent(one.rows, column.rows)}"
    if counts and counts is column.top and (more := (column.distinct or 0) - SHOWN) > 0:
        yield f"and {number(more)} more"


def _value(one: ValueCount) -> str:
    return _short(one.value) if one.value else '""'


def _short(text: str) -> str:
    shown = printable(text)
    return shown if len(shown) <= _WIDE else f"{shown[: _WIDE - 1]}…"
