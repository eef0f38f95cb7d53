"""Take tables back to what they were after a run."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated

import typer

from etl_core.cli.options import (
    EnvOption,
    GoOption,
    JsonOption,
    LockTimeoutOption,
    ProjectOption,
    SelectOption,
)

if TYPE_CHECKING:
    from etl_core.plan.rewinding import Readers, Rewinding

ToOption = Annotated[str, typer.Option("--to", help="The run, as `strata history` shows it.")]
# None: refuse where there are such tables
Cascade = Annotated[
    bool | None,
    typer.Option("--cascade/--only", help="Rewind tables made from what is undone, too; or leave them."),
]


def command(
    *,
    to: ToOption,
    project: ProjectOption,
    env: EnvOption = None,
    select: SelectOption = None,
    cascade: Cascade = None,
    go: GoOption = None,
    lock_timeout: LockTimeoutOption = 0.0,
    json: JsonOption = False,
) -> None:
    """Take tables and their progress back to after a run.

    The next run reads again what came after that. Shows first what it does.
    """
    from rich.console import Console

    from etl_core.report.rewinds import print_rewinding, rewinding_as_dict
    from etl_core.report.terminal import print_failures
    from etl_core.run.entry import valid_project
    from etl_core.run.progress.rewind import Wish, rewind

    console = Console(highlight=False)
    _refuse_questions(asks=go is None, json=json)

    def approve(found: Rewinding) -> bool:
        if json:
            _echo(rewinding_as_dict(found))
        else:
            print_rewinding(found, console)
        if go is None and found.moves:
            return typer.confirm("Go back?")
        return go is not False

    readers: Readers = "ask" if cascade is None else "cascade" if cascade else "only"
    outcome = rewind(
        valid_project(project, env), Wish(to, select, readers), approve, lock_timeout=lock_timeout
    )
    if outcome is None:
        raise typer.Exit
    if not json:
        print_failures(outcome.record, console)
        if outcome.record.exit_code == 0:
            console.print("Done. The next `strata run` reads again what came after that run.", style="green")
    raise typer.Exit(outcome.record.exit_code)


def _refuse_questions(*, asks: bool, json: bool) -> None:
    from etl_core.errors import PlanError

    if asks and json:
        raise PlanError("--json asks no questions", hint="add --yes or --dry-run")


def _echo(value: object) -> None:
    from json import dumps

    typer.echo(dumps(value, indent=1, ensure_ascii=False))
