"""The way in: `strata run`, a job script, spark-submit and the demo all end here."""

from __future__ import annotations

import secrets
from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime

from etl_core import inspect
from etl_core.errors import ConfigError
from etl_core.plan.planner import make_plan
from etl_core.plan.steps import Plan
from etl_core.report.choose import progress
from etl_core.report.html import render
from etl_core.report.progress import Events, Progress
from etl_core.report.records import RunRecord, TableRecord
from etl_core.report.store import recent, report_key, save
from etl_core.run.request import Request
from etl_core.run.runner import execute
from etl_core.run.session import open_engine
from etl_core.run.table_run import TableRun
from etl_core.run.watch import Watch
from etl_core.storage import open_storage
from etl_core.storage.protocol import Storage
from etl_core.validate import validate
from etl_core.version import __version__

SHOWN_RUNS = 20  # earlier runs that the report draws


@dataclass(frozen=True)
class Outcome:
    record: RunRecord
    report: str  # where the HTML report lies; openable


def run(request: Request, progress_of: Callable[[int], Progress] = progress) -> Outcome:
    """Validate, plan, execute, record. Raises ConfigError, PlanError before anything is touched.

    `progress_of` gets the number of tables and shows how they go.
    """
    project, problems = validate(request.root, request.environment)
    if problems or project is None:
        raise ConfigError(f"{len(problems)} problem(s) in the configuration", problems=problems)
    started = datetime.now(UTC)
    run_id = request.run_id or f"{started:%Y%m%dT%H%M%SZ}-{secrets.token_hex(3)}"
    plan = make_plan(project, inspect.observe(project, project.tables), selection=request.select)
    logical_time = request.logical_time or started
    with progress_of(len(plan.steps)) as events:
        tables = _tables(plan, request, run_id, logical_time, events)
    record = RunRecord(
        run_id=run_id,
        project=project.config.name,
        environment=project.environment_name,
        logical_time=logical_time,
        started=started,
        finished=datetime.now(UTC),
        exit_code=max((table.exit_code for table in tables), default=0),
        tables=_with_totals(plan, tables),
        strata_version=__version__,
        profile=project.environment.profile,
    )
    return Outcome(record, _leave(open_storage(project.environment.warehouse), record))


def _tables(
    plan: Plan, request: Request, run_id: str, logical_time: datetime, events: Events
) -> list[TableRecord]:
    """Where no step has anything to do, Spark is not even started."""
    if all(step.action == "nothing" and not step.error for step in plan.steps):
        records = [Watch(events, step, run_id).record("nothing_new") for step in plan.steps]
        for record in records:
            events.finished(record)
        return records
    threads = plan.project.environment.threads
    with open_engine(plan, request, run_id, logical_time, events) as engine:
        return execute(plan, TableRun(engine), threads=threads, events=events, run_id=run_id)


def _with_totals(plan: Plan, tables: list[TableRecord]) -> tuple[TableRecord, ...]:
    """Each table's record with the rows that the whole table holds now."""
    held = inspect.observe_tables(plan.project, [table.table for table in tables])
    return tuple(table.model_copy(update={"total_rows": held[table.table].rows}) for table in tables)


def _leave(storage: Storage, record: RunRecord) -> str:
    """The run's record and its report."""
    save(storage, record)
    previous = recent(storage, SHOWN_RUNS, before=record.run_id)
    storage.write(report_key(record.run_id), render(record, previous).encode())
    return storage.uri(report_key(record.run_id))
