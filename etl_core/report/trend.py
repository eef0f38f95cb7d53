"""How a table's figures went over the last runs, as points of a sparkline. Pure functions."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from etl_core.report.records import RunRecord

MOST_RUNS = 20
WIDTH, HEIGHT, EDGE = 60, 20, 3


@dataclass(frozen=True)
class Spark:
    """`points` of an SVG polyline, the last point, and the figures in words."""

    points: str
    last: tuple[float, float]
    title: str


def trend(values: Sequence[float], what: str) -> Spark | None:
    """A line from the oldest to the newest value, from zero up; None for less than two values."""
    if len(values) < 2:
        return None
    top = max(*values, 1e-9)
    step = (WIDTH - 2 * EDGE) / (len(values) - 1)
    places = [
        (round(EDGE + step * index, 1), round(HEIGHT - EDGE - (HEIGHT - 2 * EDGE) * value / top, 1))
        for index, value in enumerate(values)
    ]
    title = f"{what} over {len(values)} runs, the oldest first: " + ", ".join(
        f"{value:,.4g}" for value in values
    )
    return Spark(" ".join(f"{x},{y}" for x, y in places), places[-1], title)


def ordered(record: RunRecord, previous: Sequence[RunRecord]) -> list[RunRecord]:
    """The run and at most 19 before it, oldest first."""
    older = sorted(
        (run for run in previous if run.run_id < record.run_id), key=lambda run: run.run_id, reverse=True
    )
    return [*reversed(older[: MOST_RUNS - 1]), record]


def trends(record: RunRecord, previous: Sequence[RunRecord]) -> dict[str, tuple[Spark | None, Spark | None]]:
    """Table -> rows written and seconds over the last runs in which it took part and did something."""
    lines: dict[str, tuple[Spark | None, Spark | None]] = {}
    for part in record.tables:
        past = [
            found
            for run in ordered(record, previous)
            for found in run.tables
            if found.table == part.table and found.status == "done"
        ]
        written = trend([found.rows.written for found in past], "rows written")
        lines[part.table] = (written, trend([found.seconds for found in past], "seconds"))
    return lines
