"""Runs a plan's steps: independent tables in parallel, a failure stops only what depends on it."""

from __future__ import annotations

from collections.abc import Callable
from concurrent.futures import FIRST_COMPLETED, Future, ThreadPoolExecutor, wait
from graphlib import TopologicalSorter

from etl_core.plan.steps import Plan, Step
from etl_core.report.progress import Events
from etl_core.report.records import TableRecord
from etl_core.run.common.watch import Watch

RunTable = Callable[[Step], TableRecord]
BROKEN = ("blocked", "failed", "skipped")


def execute(
    plan: Plan, run_table: RunTable, *, threads: int, events: Events, run_id: str
) -> list[TableRecord]:
    """Every step's record, in the plan's order. `run_table` never raises but for an interrupt."""
    records: dict[str, TableRecord] = {}
    steps = {step.name: step for step in plan.steps}
    sorter = TopologicalSorter({step.name: step.depends_on for step in plan.steps})
    sorter.prepare()
    running: dict[Future[TableRecord], str] = {}

    def finish(name: str, record: TableRecord) -> None:
        records[name] = record
        events.finished(record)
        sorter.done(name)

    with ThreadPoolExecutor(max_workers=threads, thread_name_prefix="table") as pool:
        while sorter.is_active():
            for name in sorter.get_ready():
                skipped = _skipped(steps[name], records, events, run_id)
                if skipped is not None:
                    finish(name, skipped)
                else:
                    running[pool.submit(run_table, steps[name])] = name
            done, _ = wait(running, return_when=FIRST_COMPLETED) if running else (set(), set())
            for future in done:
                finish(running.pop(future), future.result())
    return [records[step.name] for step in plan.steps]


def _skipped(step: Step, records: dict[str, TableRecord], events: Events, run_id: str) -> TableRecord | None:
    """A record for a step that must not run, because something it reads is not up to date."""
    broken = [name for name in step.depends_on if records[name].status in BROKEN]
    if not broken:
        return None
    watch = Watch(events, step, run_id)
    watch.notes = (*watch.notes, f"skipped: {', '.join(broken)} did not finish; the old data stays")
    return watch.record("skipped")
