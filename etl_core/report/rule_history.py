"""How the numbers of rules went from run to run, on the terminal."""

from __future__ import annotations

from collections.abc import Sequence

from rich import box
from rich.console import Console
from rich.table import Table
from rich.text import Text

from etl_core.metrics.model import Point, Series
from etl_core.report.wording import printable

_BARS = "▁▂▃▄▅▆▇█"
_NO_VALUE = "·"


def print_rule_trends(series: Sequence[Series], console: Console) -> None:
    """A row a metric: a bar a judgement, the oldest first, and the newest number. Red: the rule failed;
    dim: the batch was not published, or was rewound since."""
    table = Table(box=box.SIMPLE_HEAD, collapse_padding=True, pad_edge=False, show_edge=False)
    table.add_column("rule", overflow="fold", ratio=3)
    table.add_column("metric", overflow="fold", ratio=2)
    table.add_column("trend", no_wrap=True)
    table.add_column("last", justify="right", no_wrap=True)
    table.add_column("failed", justify="right", no_wrap=True)
    rule = ""
    for one in series:
        name = f"{one.ruleset}: {printable(one.rule)}"
        failed = sum(point.outcome == "failed" for point in one.points)
        table.add_row(
            "" if name == rule else name,
            printable(one.metric),
            _bars(one.points),
            _last(one.points),
            Text(f"{failed}/{len(one.points)}", style="red" if failed else ""),
        )
        rule = name
    console.print(table)
    console.print(
        f"A bar a judgement, the oldest first; red: failed, dim: not published or rewound, "
        f"{_NO_VALUE}: no number.",
        style="bright_black",
    )


def _bars(points: Sequence[Point]) -> Text:
    values = [point.value for point in points if point.value is not None]
    low, high = min(values, default=0.0), max(values, default=0.0)
    return Text.assemble(*((_bar(point.value, low, high), _style(point)) for point in points))


def _bar(value: float | None, low: float, high: float) -> str:
    if value is None:
        return _NO_VALUE
    share = (value - low) / (high - low) if high > low else 0.5
    return _BARS[round(share * (len(_BARS) - 1))]


def _style(point: Point) -> str:
    words = ["red"] if point.outcome == "failed" else []
    return " ".join([*words, *(["dim"] if point.state != "published" else [])])


def _last(points: Sequence[Point]) -> str:
    value = points[-1].value if points else None
    return "" if value is None else f"{value:,.6g}"
