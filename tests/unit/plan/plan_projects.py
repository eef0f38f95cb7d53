"""Projects and observations made in memory, for the tests of planning."""

from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from etl_core.config.models.environment import EnvironmentConfig
from etl_core.config.models.project import ProjectConfig
from etl_core.config.models.source import ResolvedSource
from etl_core.config.models.table import TableConfig
from etl_core.config.project import Project, Table
from etl_core.plan.observed import ObservedSource, ObservedTable, SourceFile
from etl_core.state.models import TableBookmark, TableState

LAYERS = ("raw", "standardized", "enriched")
AT = datetime(2026, 11, 1, tzinfo=UTC)


def table(
    name: str, *reads: str, mode: str = "", read: str = "all", type: str = "files", **target: Any
) -> Table:
    """A table that reads the tables `reads` as inputs `i0`, `i1`...; without any, the files of a folder."""
    mode = mode or ("overwrite" if reads else "append")
    config: dict[str, Any] = {"table": name, "target": {"mode": mode, **target}}
    if reads:
        config["inputs"] = {f"i{n}": {"table": upstream, "read": read} for n, upstream in enumerate(reads)}
    else:
        config["source"] = {"path": f"/landing/{name}"}
    source = None if reads else ResolvedSource(type=type, path=f"/landing/{name}")
    return Table(TableConfig.model_validate(config), source, "iceberg", {})


def project(*tables: Table) -> Project:
    return Project(
        root=Path("/shop"),
        environment_name="local",
        config=ProjectConfig(name="shop", layers=LAYERS),
        environment=EnvironmentConfig(profile="glue-5.1", warehouse="/warehouse"),
        tables={it.name: it for it in tables},
    )


def held(snapshot: str = "s1", rows: int | None = 5, columns: str = "", **inputs: str) -> ObservedTable:
    """A table in the catalog; `inputs`: the upstream snapshots it was made from."""
    bookmarks = {name: TableBookmark(snapshot=value) for name, value in inputs.items()}
    state = TableState(run_id="r0", at=AT, inputs=bookmarks)
    named = tuple((name, "string") for name in columns.split())
    return ObservedTable(exists=True, snapshot=snapshot, state=state, columns=named, rows=rows)


def landed(*names: str, error: str = "", notes: tuple[str, ...] = ()) -> ObservedSource:
    files = tuple(SourceFile(f"/landing/{name}", name, 1000, 1, f"e-{name}") for name in names)
    return ObservedSource(files=files, error=error, notes=notes)
