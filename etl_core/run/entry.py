"""The way in: `strata run`, a job script, spark-submit and the demo all end here."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

from etl_core import inspect
from etl_core.config.loader import config_error
from etl_core.config.project import Project
from etl_core.metrics.model import Series
from etl_core.plan.steps import Plan
from etl_core.report.choose import progress
from etl_core.report.html import render
from etl_core.report.progress import Events, Progress
from etl_core.report.records import Launch, RunRecord, TableRecord
from etl_core.report.store import recent, report_key, save
from etl_core.run.common.planned import planned
from etl_core.run.common.session import Identity, identify, open_engine
from etl_core.run.common.watch import Watch
from etl_core.run.drain import Drain, Draining, drain_of
from etl_core.run.notify import notify
from etl_core.run.request import Request
from etl_core.run.rules.metrics import SHOWN_RUNS, keep
from etl_core.run.runner import execute
from etl_core.run.table_run import TableRun
from etl_core.storage import open_storage
from etl_core.storage.protocol import Storage
from etl_core.validate import validate
from etl_core.version import __version__


@dataclass(frozen=True)
class Outcome:
    record: RunRecord
    report: str  # where the HTML report lies; openable


def run(request: Request, progress_of: Callable[[int], Progress] = progress) -> Outcome:
    """Validate, plan, execute, record. Raises ConfigError, PlanError before anything is touched.

    `progress_of` gets the number of tables and shows how they go.
    """
    project = valid_project(request.root, request.environment)
    drain = drain_of(request.timeout, project.environment)
    identity = identify(request.run_id, request.logical_time)
    plan = planned(project, request.select, request.asked)
    with progress_of(len(plan.steps)) as events:
        tables = _tables(plan, request, identity, events, drain)
    return leave(project, identity, request.asked.kind, tables, request.launch)


def valid_project(root: Path, environment: str | None) -> Project:
    """The project. Raises ConfigError with every problem that `strata validate` finds."""
    project, problems = validate(root, environment)
    if problems or project is None:
        raise config_error(problems, root)
    return project


def leave(
    project: Project,
    identity: Identity,
    kind: str,
    tables: list[TableRecord],
    launch: Launch | None = None,
) -> Outcome:
    """The run's record, its metrics and its report; and the message of a run that did not go well."""
    storage = open_storage(project.environment.warehouse)
    record = RunRecord(
        run_id=identity.run_id,
        project=project.config.name,
        environment=project.environment_name,
        logical_time=identity.logical_time,
        started=identity.started,
        finished=datetime.now(UTC),
        exit_code=max((table.exit_code for table in tables), default=0),
        tables=_with_totals(project, tables),
        strata_version=__version__,
        profile=project.environment.profile,
        kind=kind,
        launch=launch,
    )
    record, trends = keep(project.environment, record)
    report = _save(storage, record, trends)
    told = notify(project.environment, record, report)
    if told is not record:
        _save(storage, told, trends)
    return Outcome(told, report)


def _tables(
    plan: Plan, request: Request, identity: Identity, events: Events, drain: Drain
) -> list[TableRecord]:
    """Where no step has anything to do, Spark is not even started."""
    if all(step.action == "nothing" and not step.error for step in plan.steps):
        records = [Watch(events, step, identity.run_id).record("nothing_new") for step in plan.steps]
        for record in records:
            events.finished(record)
        return records
    threads = plan.project.environment.threads
    with open_engine(
        plan.project,
        [step.name for step in plan.steps],
        identity,
        events,
        lock_timeout=request.lock_timeout,
        keep_session=request.keep_session,
    ) as engine:
        run_table = Draining(TableRun(engine), drain, events, identity.run_id)
        return execute(plan, run_table, threads=threads, events=events, run_id=identity.run_id)


def _with_totals(project: Project, tables: list[TableRecord]) -> tuple[TableRecord, ...]:
    """Each table's record with the rows that the whole table holds now."""
    held = inspect.observe_tables(project, [table.table for table in tables])
    return tuple(table.model_copy(update={"total_rows": held[table.table].rows}) for table in tables)


def _save(storage: Storage, record: RunRecord, trends: Sequence[Series]) -> str:
    save(storage, record)
    previous = recent(storage, SHOWN_RUNS, before=record.run_id)
    storage.write(report_key(record.run_id), render(record, previous, trends).encode())
    return storage.uri(report_key(record.run_id))
