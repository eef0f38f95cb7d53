"""How every table stands now."""

from __future__ import annotations

from typing import TYPE_CHECKING

import typer

from etl_core.cli.options import EnvOption, JsonOption, ProjectOption, SelectOption

if TYPE_CHECKING:
    from etl_core.config.project import Project


def command(
    *,
    project: ProjectOption,
    env: EnvOption = None,
    select: SelectOption = None,
    json: JsonOption = False,
) -> None:
    """How every table stands; starts no Spark.

    Rows, age of its data, last run, snapshot.
    """
    from datetime import UTC, datetime
    from itertools import islice
    from json import dumps

    from rich.console import Console

    from etl_core import inspect
    from etl_core.config.loader import load
    from etl_core.plan.graph import build
    from etl_core.plan.selection import select as selected
    from etl_core.report.status import SEARCHED_RUNS, print_status, statuses
    from etl_core.report.store import runs
    from etl_core.storage import open_storage

    loaded = load(project, env)
    names = selected(build(loaded), select)
    observed = inspect.observe(loaded, names)
    records = islice(runs(open_storage(loaded.environment.warehouse)), SEARCHED_RUNS)
    rows = statuses(names, observed.tables, records)
    if json:
        typer.echo(dumps([row.model_dump(mode="json") for row in rows], indent=1, ensure_ascii=False))
    else:
        print_status(rows, Console(), datetime.now(UTC))
        _tell_orphans(loaded)


def _tell_orphans(project: Project) -> None:
    """On stderr. A right that is missing for it hides no status."""
    from etl_core.errors import SinkError
    from etl_core.inspect.catalog import catalog_entries
    from etl_core.plan.catalogued import orphans
    from etl_core.report.catalog import orphan_note

    if not project.environment.uses_glue:
        return
    try:
        lost = orphans(catalog_entries(project), project.tables)
    except SinkError as error:
        typer.echo(f"not looked for entries without a contract: {error}", err=True)
        return
    if lost:
        typer.echo(orphan_note(lost), err=True)
