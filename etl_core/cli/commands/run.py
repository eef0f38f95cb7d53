"""Run the selected tables: read what is new, check, write, publish."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Annotated

import typer

from etl_core.cli.options import (
    AllowVanishedOption,
    EnvOption,
    FullRefreshOption,
    JsonOption,
    LockTimeoutOption,
    ProjectOption,
    SelectOption,
)

LogicalTime = Annotated[
    datetime | None,
    typer.Option(
        "--logical-time", help="The time jobs see as now (UTC).", formats=["%Y-%m-%d", "%Y-%m-%dT%H:%M:%S"]
    ),
]


def command(
    project: ProjectOption,
    env: EnvOption = None,
    select: SelectOption = None,
    logical_time: LogicalTime = None,
    full_refresh: FullRefreshOption = False,
    allow_vanished: AllowVanishedOption = False,
    lock_timeout: LockTimeoutOption = 0.0,
    json: JsonOption = False,
) -> None:
    """Run tables: read what is new, check it, write and publish it.

    Exit codes: 0 done, 2 configuration, 3 a blocking rule failed, 4 runtime; the worst one wins.
    """
    from rich.console import Console

    from etl_core.plan.asked import asked_of
    from etl_core.report.terminal import print_summary
    from etl_core.run.entry import run
    from etl_core.run.request import Request

    at = logical_time.replace(tzinfo=UTC) if logical_time else None
    request = Request(
        root=project,
        environment=env,
        select=select,
        logical_time=at,
        lock_timeout=lock_timeout,
        asked=asked_of(full_refresh=full_refresh, allow_vanished=allow_vanished),
    )
    outcome = run(request)
    if json:
        typer.echo(outcome.record.model_dump_json(indent=2))
    else:
        print_summary(outcome.record, Console(), report=outcome.report)
    raise typer.Exit(outcome.record.exit_code)
