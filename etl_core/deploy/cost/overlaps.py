"""Schedules that start again before they usually end."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from etl_core.config.cron import parse_cron
from etl_core.deploy.common.units import Flow, Unit
from etl_core.deploy.cost.durations import Durations


def overlapping(flows: Sequence[Flow], durations: Durations) -> Iterator[str]:
    """A sentence a schedule whose shortest gap is less than its longest way through its jobs. A job
    whose tables never ran counts as nothing."""
    for flow in flows:
        gap = parse_cron(flow.start.cron).shortest_gap() if flow.start.cron else None
        if gap is None:
            continue
        minutes = _longest(flow.units, durations) / 60
        if minutes > gap:
            yield (
                f"schedule {flow.name} starts every {gap} min but usually takes {minutes:.0f} min: its runs "
                "would wait for each other's tables"
            )


def _longest(units: Sequence[Unit], durations: Durations) -> float:
    """Seconds from the start to the end of the last job; a job begins when all it waits for are done."""
    ends: dict[str, float] = {}
    waiting = list(units)
    while waiting:
        ready = [unit for unit in waiting if all(name in ends for name in unit.after)]
        for unit in ready:
            begins = max((ends[name] for name in unit.after), default=0.0)
            ends[unit.name] = begins + (durations.unit(unit) or 0.0)
        waiting = [unit for unit in waiting if unit.name not in ends]
    return max(ends.values(), default=0.0)
