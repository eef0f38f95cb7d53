"""The engine of one run: a Spark session with just the formats and jars that its tables need."""

from __future__ import annotations

import secrets
from collections.abc import Collection, Iterable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime

from etl_core.config.models.environment import EnvironmentConfig
from etl_core.config.project import Project, Table
from etl_core.config.uris import is_s3
from etl_core.report.progress import Events
from etl_core.run.common.engine import Engine
from etl_core.runtime.session import create_session, stop
from etl_core.sinks import protocol as sinks
from etl_core.sources.load import load as load_sources
from etl_core.storage import open_storage
from quality.dqdl import parse
from quality.engines.support import engine_for

MERGED = "spark.sql.extensions"  # the one setting to which every format adds


@dataclass(frozen=True)
class Identity:
    """Which run this is; times in UTC. `logical_time` is what jobs see as now."""

    run_id: str
    started: datetime
    logical_time: datetime


def identify(run_id: str | None = None, logical_time: datetime | None = None) -> Identity:
    """A new run. Its id begins with the time to a quarter of a millisecond, so that the order of ids is
    the order of runs."""
    started = datetime.now(UTC)
    part = started.microsecond * 4096 // 1_000_000
    made = f"{started:%Y%m%dT%H%M%SZ}-{part:03x}{secrets.randbelow(4096):03x}"
    return Identity(run_id or made, started, logical_time or started)


@contextmanager
def open_engine(
    project: Project,
    tables: Collection[str],
    run: Identity,
    events: Events,
    *,
    lock_timeout: float = 0.0,
    keep_session: bool = False,
) -> Iterator[Engine]:
    """Start (or join) Spark for `tables` and all they read, hand out the engine, stop what was started."""
    formats = sorted(_formats(project, tables))
    settings = sink_settings(formats, project.environment)
    groups = _jar_groups(project, tables, formats)
    spark = create_session(project.config.name, project.environment, settings, groups)
    try:
        yield Engine(
            spark=spark,
            project=project,
            storage=open_storage(project.environment.warehouse),
            sources=load_sources(project.config.extensions),
            sinks=sinks.load(),
            events=events,
            run_id=run.run_id,
            logical_time=run.logical_time,
            lock_timeout=lock_timeout,
        )
    finally:
        if not keep_session:
            stop(spark)


def sink_settings(formats: Sequence[str], environment: EnvironmentConfig) -> dict[str, str]:
    """Spark settings of a session in which tables of all these formats are read and written."""
    registry = sinks.load()
    settings: dict[str, str] = {}
    for name in formats:
        _merge(settings, registry.get(name).session_settings(environment))
    return settings


def _formats(project: Project, names: Collection[str]) -> set[str]:
    tables = project.tables
    read = {upstream for name in names for upstream in tables[name].config.upstream}
    return {tables[name].format for name in {*names, *read}}


def _jar_groups(project: Project, names: Collection[str], formats: list[str]) -> list[str]:
    """What reaches S3 and its catalog is large, and only fetched where something lies there."""
    environment = project.environment
    tables = [project.tables[name] for name in names]
    paths = [environment.warehouse, *(table.source.path for table in tables if table.source)]
    groups = [*formats, *([] if environment.uses_glue else ["jdbc"])]
    groups += ["glue"] if environment.uses_glue and "iceberg" in formats else []
    groups += ["s3"] if any(map(is_s3, paths)) else []
    return [*groups, *(["deequ"] if _needs_deequ(tables, environment.rule_engine) else [])]


def _needs_deequ(tables: Iterable[Table], setting: str) -> bool:
    """Whether one of their rules is for Deequ."""
    return any(
        engine_for(rule, setting, quality.composites) == "deequ"
        for quality in (table.config.quality for table in tables)
        for text in (quality.rules, quality.table_rules)
        for rule in (parse(text).rules if text else ())
    )


def _merge(settings: dict[str, str], more: dict[str, str]) -> None:
    extensions = [settings.get(MERGED, ""), more.get(MERGED, "")]
    settings.update(more)
    if any(extensions):
        settings[MERGED] = ",".join(filter(None, dict.fromkeys(extensions)))
