"""Two days of GreatFin: make the data, run the project, day after day."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Literal

from etl_core.config.project import Project
from etl_core.demo.folder import ENVIRONMENT, FOLDER
from etl_core.demo.greatfin import generate
from etl_core.report.records import RunRecord
from etl_core.run.entry import run
from etl_core.run.request import Request

DAYS: tuple[Literal[1, 2], ...] = (1, 2)
END_OF_DAY = {day: datetime(2026, 11, day, 23, 0, tzinfo=UTC) for day in DAYS}


@dataclass(frozen=True)
class Day:
    """What one day's run left. `report`: where its HTML report lies."""

    day: int
    record: RunRecord
    report: str


def run_days(project: Project, *, seed: int, scale: int, tell: Callable[[str], None]) -> list[Day]:
    """Generate and run both days; stops after a day that did not end well. `tell` gets headings."""
    done: list[Day] = []
    for day in DAYS:
        tell(f"Day {day}: the sources deliver, then raw → standardized → conformed → enriched")
        generate((project.root / FOLDER / "landing").resolve(), day, seed=seed, scale=scale)
        request = Request(
            root=project.root,
            environment=ENVIRONMENT,
            logical_time=END_OF_DAY[day],
            keep_session=day != DAYS[-1],
        )
        outcome = run(request)
        done.append(Day(day, outcome.record, outcome.report))
        if outcome.record.exit_code:
            break
    return done
