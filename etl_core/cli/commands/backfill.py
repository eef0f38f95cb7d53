"""Read again what arrived in a window of time."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING, Annotated

import typer

from etl_core.cli.options import DryRunOption, EnvOption, JsonOption, ProjectOption

if TYPE_CHECKING:
    from etl_core.plan.asked import Window
    from etl_core.run.request import Request

_FORMATS = ["%Y-%m-%d", "%Y-%m-%dT%H:%M:%S"]
Select = Annotated[str, typer.Option("--select", help="Tables, as for `strata run`; `*` for all.")]
From = Annotated[datetime, typer.Option("--from", help="The window's begin (UTC).", formats=_FORMATS)]
To = Annotated[datetime, typer.Option("--to", help="The first moment after it (UTC).", formats=_FORMATS)]
Every = Annotated[
    str | None,
    typer.Option("--every", help="A run for each part of the window: 6h, 1d, 2w.", show_default=False),
]


def command(
    *,
    select: Select,
    start: From,
    end: To,
    every: Every = None,
    project: ProjectOption,
    env: EnvOption = None,
    dry_run: DryRunOption = False,
    json: JsonOption = False,
) -> None:
    """Read again what arrived in a window of time.

    Derived tables are computed as of its end. A file belongs to the window in which it was written,
    or to that of the date in its path where the source's `extract` finds one. Exit codes as those of
    `strata run`; the first failure ends it.
    """
    from etl_core.run.request import Request

    at = start.replace(tzinfo=UTC), end.replace(tzinfo=UTC)
    request = Request(project, env, select)
    parts = _parts(*at, every)
    if dry_run:
        _show(request, parts, json=json)
    else:
        _run(request, parts, json=json)


def _parts(start: datetime, end: datetime, every: str | None) -> list[Window]:
    import re

    from etl_core.config.durations import seconds
    from etl_core.errors import PlanError
    from etl_core.plan.asked import windows

    if every and not re.fullmatch(r"[1-9]\d*[hdw]", every):
        raise PlanError(f"--every {every}: not a duration", hint="write 6h, 1d or 2w")
    return list(windows(start, end, timedelta(seconds=seconds(every)) if every else None))


def _show(request: Request, parts: list[Window], *, json: bool) -> None:
    """The plan of each window, from what there is now."""
    from rich.console import Console

    from etl_core.plan.asked import Asked
    from etl_core.plan.serialize import plan_as_dict
    from etl_core.report.plan_tree import plan_tree
    from etl_core.run.common.planned import planned
    from etl_core.run.entry import valid_project

    project = valid_project(request.root, request.environment)
    plans = [planned(project, request.select, Asked("backfill", window)) for window in parts]
    if json:
        _echo([plan_as_dict(plan) for plan in plans])
        return
    for plan in plans:
        Console(highlight=False).print(plan_tree(plan))


def _run(request: Request, parts: list[Window], *, json: bool) -> None:
    from rich.console import Console

    from etl_core.report.terminal import print_summary
    from etl_core.run.progress.backfill import backfill

    records = []
    for outcome in backfill(request, parts):
        records.append(outcome.record)
        if not json:
            print_summary(outcome.record, Console(), report=outcome.report)
    if json:
        _echo([record.model_dump(mode="json") for record in records])
    raise typer.Exit(max(record.exit_code for record in records))


def _echo(value: object) -> None:
    from json import dumps

    typer.echo(dumps(value, indent=1, ensure_ascii=False))
