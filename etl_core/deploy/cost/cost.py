"""What schedules cost: usual durations times the configured capacity.

Billing: AWS Glue pricing: per second with a minimum of a minute a run, by DPU-hours (G types) or
memory-optimized DPU-hours (R types); flex has a price of its own.
"""

from __future__ import annotations

from collections.abc import Iterable

from etl_core.config.cron import parse_cron
from etl_core.config.models.base import Model
from etl_core.config.models.deploy import Prices
from etl_core.config.models.schedules import Schedule
from etl_core.deploy.common.units import Flow, Unit
from etl_core.deploy.cost.durations import Durations

MINIMUM_SECONDS = 60.0


class TableCost(Model):
    """A table's part of one run of its schedule's job; `None` where it never ran."""

    table: str
    seconds: float | None
    dpu_hours: float | None
    cost: float | None


class ScheduleCost(Model):
    """One start of a schedule, and a month of them. `starts_a_month` is None for on demand; `unknown`
    names the jobs with tables that never ran, which count as nothing."""

    schedule: str
    dpus: float
    dpu_hours: float
    cost: float
    starts_a_month: float | None
    cost_a_month: float | None
    currency: str
    unknown: tuple[str, ...]
    tables: tuple[TableCost, ...]


def dpus(schedule: Schedule) -> float:
    """Of one job: a `.1X` worker is one DPU ("AWS Glue worker types")."""
    return schedule.workers * float(schedule.worker_type.partition(".")[2].removesuffix("X"))


def price(schedule: Schedule, prices: Prices) -> float:
    """Of one DPU-hour."""
    if schedule.execution == "flex":
        return prices.flex
    return prices.memory if schedule.worker_type.startswith("R.") else prices.standard


def costs(flows: Iterable[Flow], durations: Durations, prices: Prices) -> list[ScheduleCost]:
    """A schedule that comes after another starts as often as the first of them."""
    found = []
    for flow in flows:
        starts = parse_cron(flow.start.cron).starts_a_month() if flow.start.cron else None
        for name in dict.fromkeys(unit.schedule for unit in flow.units):
            units = [unit for unit in flow.units if unit.schedule == name]
            found.append(_schedule(name, units, starts, durations, prices))
    return found


def _schedule(
    name: str, units: list[Unit], starts: float | None, durations: Durations, prices: Prices
) -> ScheduleCost:
    capacity = units[0].capacity
    each = dpus(capacity)
    known = [seconds for unit in units if (seconds := durations.unit(unit)) is not None]
    hours = sum(max(seconds, MINIMUM_SECONDS) for seconds in known) * each / 3600
    cost = hours * price(capacity, prices)
    return ScheduleCost(
        schedule=name,
        dpus=each,
        dpu_hours=hours,
        cost=cost,
        starts_a_month=starts,
        cost_a_month=None if starts is None else cost * starts,
        currency=prices.currency,
        unknown=tuple(unit.name for unit in units if durations.unit(unit) is None),
        tables=tuple(_table(table, unit, durations, prices) for unit in units for table in unit.tables),
    )


def _table(table: str, unit: Unit, durations: Durations, prices: Prices) -> TableCost:
    """In a job of its own, a run's whole bill; else its share of the job's, by its part of the time all
    the tables took."""
    seconds, whole = durations.table(table), durations.unit(unit)
    if seconds is None or whole is None:
        return TableCost(table=table, seconds=seconds, dpu_hours=None, cost=None)
    together = sum(durations.table(name) or 0.0 for name in unit.tables)
    share = seconds / together if together else 1 / len(unit.tables)
    hours = max(whole, MINIMUM_SECONDS) * share * dpus(unit.capacity) / 3600
    return TableCost(table=table, seconds=seconds, dpu_hours=hours, cost=hours * price(unit.capacity, prices))
