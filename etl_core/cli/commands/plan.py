"""Show what a run would do."""

from __future__ import annotations

from typing import Annotated

import typer

from etl_core.cli.options import (
    AllowVanishedOption,
    EnvOption,
    FullRefreshOption,
    JsonOption,
    ProjectOption,
    SelectOption,
)

OfflineOption = Annotated[
    bool,
    typer.Option("--offline", help="Look at neither catalog nor sources: configuration only."),
]


def command(
    project: ProjectOption,
    env: EnvOption = None,
    select: SelectOption = None,
    offline: OfflineOption = False,
    full_refresh: FullRefreshOption = False,
    allow_vanished: AllowVanishedOption = False,
    json: JsonOption = False,
) -> None:
    """Show what `strata run` would do now, and why. Starts no Spark and changes nothing.

    Exit codes: 0 all can run, 2 configuration, 4 a table cannot run (its landing path is missing).
    """
    from etl_core.errors import EXIT_OK, EXIT_RUNTIME
    from etl_core.plan.asked import asked_of
    from etl_core.run.common.planned import planned
    from etl_core.run.entry import valid_project

    asked = asked_of(full_refresh=full_refresh, allow_vanished=allow_vanished)
    plan = planned(valid_project(project, env), select, asked, offline=offline)
    if json:
        from json import dumps

        from etl_core.plan.serialize import plan_as_dict

        typer.echo(dumps(plan_as_dict(plan), indent=2, ensure_ascii=False))
    else:
        from rich.console import Console

        from etl_core.report.plan_tree import plan_tree

        Console(highlight=False).print(plan_tree(plan))
    raise typer.Exit(EXIT_RUNTIME if any(step.error for step in plan.steps) else EXIT_OK)
