"""When each table of a run was at which stage, as shares of the run's time. Pure functions."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from etl_core.report.records import RunRecord, TableRecord
from etl_core.report.wording import duration

STEPS = (0.1, 0.2, 0.5, 1, 2, 5, 10, 15, 30, 60, 120, 300, 600, 900, 1800, 3600, 7200, 14400, 43200, 86400)
MOST_TICKS = 10
OTHER = "other"


@dataclass(frozen=True)
class Segment:
    """One stage of one table. `left` and `width` in percent of the run; `title` for the pointer."""

    stage: str
    left: float
    width: float
    title: str


@dataclass(frozen=True)
class Bar:
    """One table: from `left` on, in percent; `end` says how long it took."""

    table: TableRecord
    left: float
    width: float
    segments: tuple[Segment, ...]


@dataclass(frozen=True)
class Timeline:
    """Tables that took time, in the order of their start; `stages` in the order of first use;
    `ticks` are (percent, label)."""

    bars: tuple[Bar, ...]
    stages: tuple[str, ...]
    ticks: tuple[tuple[float, str], ...]


def timeline(record: RunRecord) -> Timeline:
    parts = sorted(
        (part for part in record.tables if part.status != "nothing_new" and part.seconds > 0),
        key=lambda part: part.started,
    )
    ends = [_offset(record, part) + part.seconds for part in parts]
    span = max([(record.finished - record.started).total_seconds(), *ends, 0.001])
    bars = tuple(_bar(record, part, span) for part in parts)
    stages = dict.fromkeys(segment.stage for bar in bars for segment in bar.segments)
    named = [stage for stage in stages if stage != OTHER] + [OTHER] * (OTHER in stages)
    return Timeline(bars, tuple(named), ticks(span))


def ticks(span: float) -> tuple[tuple[float, str], ...]:
    """Round moments of a span of `span` seconds."""
    step = next((step for step in STEPS if span / step <= MOST_TICKS), span / MOST_TICKS)
    moments: Sequence[float] = [step * count for count in range(int(span / step) + 1)]
    return tuple((round(100 * at / span, 3), _moment(at)) for at in moments)


def _moment(seconds: float) -> str:
    return f"{seconds:g} s" if seconds < 60 else duration(seconds)


def _bar(record: RunRecord, part: TableRecord, span: float) -> Bar:
    start = _offset(record, part)
    spent = sum(part.stages.values())
    stages = dict(part.stages)
    if part.seconds - spent > 0.01 * span:
        stages[OTHER] = part.seconds - spent
    segments, at = [], start
    for stage, seconds in stages.items():
        title = f"{part.table}: {stage} {duration(seconds)}"
        segments.append(Segment(stage, _percent(at, span), _percent(seconds, span), title))
        at += seconds
    return Bar(part, _percent(start, span), _percent(max(part.seconds, spent), span), tuple(segments))


def _offset(record: RunRecord, part: TableRecord) -> float:
    return max((part.started - record.started).total_seconds(), 0.0)


def _percent(seconds: float, span: float) -> float:
    return round(min(100 * seconds / span, 100.0), 3)
