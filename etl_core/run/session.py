"""The engine of one run: a Spark session with just the formats and jars that its tables need."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from datetime import datetime

from etl_core.config.models.environment import EnvironmentConfig
from etl_core.plan.steps import Plan
from etl_core.report.progress import Events
from etl_core.run.engine import Engine
from etl_core.run.request import Request
from etl_core.runtime.session import create_session, stop
from etl_core.sinks import protocol as sinks
from etl_core.sources.load import load as load_sources
from etl_core.storage import open_storage

MERGED = "spark.sql.extensions"  # the one setting to which every format adds


@contextmanager
def open_engine(
    plan: Plan, request: Request, run_id: str, logical_time: datetime, events: Events
) -> Iterator[Engine]:
    """Start (or join) Spark, hand out the engine, stop what was started."""
    project = plan.project
    registry = sinks.load()
    formats = sorted(_formats(plan))
    settings = sink_settings(formats, project.environment)
    spark = create_session(project.config.name, project.environment, settings, _jar_groups(plan, formats))
    try:
        yield Engine(
            spark=spark,
            project=project,
            storage=open_storage(project.environment.warehouse),
            sources=load_sources(project.config.extensions),
            sinks=registry,
            events=events,
            run_id=run_id,
            logical_time=logical_time,
            lock_timeout=request.lock_timeout,
        )
    finally:
        if not request.keep_session:
            stop(spark)


def sink_settings(formats: Sequence[str], environment: EnvironmentConfig) -> dict[str, str]:
    """Spark settings of a session in which tables of all these formats are read and written."""
    registry = sinks.load()
    settings: dict[str, str] = {}
    for name in formats:
        _merge(settings, registry.get(name).session_settings(environment))
    return settings


def _formats(plan: Plan) -> set[str]:
    """Of the tables that run and of those they read."""
    tables = plan.project.tables
    names = {step.name for step in plan.steps}
    names |= {source.table for name in names for source in tables[name].config.inputs.values()}
    return {tables[name].format for name in names}


def _jar_groups(plan: Plan, formats: list[str]) -> list[str]:
    checked = any(
        step.table.config.quality.rules or step.table.config.quality.table_rules for step in plan.steps
    )
    return [*formats, "jdbc", *(["deequ"] if checked else [])]


def _merge(settings: dict[str, str], more: dict[str, str]) -> None:
    extensions = [settings.get(MERGED, ""), more.get(MERGED, "")]
    settings.update(more)
    if any(extensions):
        settings[MERGED] = ",".join(filter(None, dict.fromkeys(extensions)))
