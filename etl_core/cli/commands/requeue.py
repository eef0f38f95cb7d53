"""Take quarantined rows again, once the contract or a rule is mended."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated

import typer

from etl_core.cli.options import EnvOption, GoOption, JsonOption, LockTimeoutOption, ProjectOption

if TYPE_CHECKING:
    from etl_core.report.quarantine import Waiting

TableArgument = Annotated[str, typer.Argument(help="The table, as layer.table.")]
RunOption = Annotated[
    list[str] | None,
    typer.Option(
        "--run", help="Only rows that this run turned away; may be given again.", show_default=False
    ),
]


def command(
    table: TableArgument,
    *,
    project: ProjectOption,
    env: EnvOption = None,
    run: RunOption = None,
    go: GoOption = None,
    lock_timeout: LockTimeoutOption = 0.0,
    json: JsonOption = False,
) -> None:
    """Take quarantined rows again, once what was wrong is mended.

    They go through types, rules and changes at their place in the order of events.

    For after a fix of the contract. What is good now goes into the table, what still fails stays in the
    quarantine; `strata rewind` undoes it. Exit codes as those of `strata run`.
    """
    from rich.console import Console

    from etl_core.errors import PlanError
    from etl_core.report.known import known_table
    from etl_core.report.quarantine import print_taken, print_taking
    from etl_core.report.terminal import print_failures
    from etl_core.run.entry import valid_project
    from etl_core.run.progress.requeue import requeue

    if json and go is None:
        raise PlanError("--json asks no questions", hint="add --yes or --dry-run")
    loaded = valid_project(project, env)
    console = Console(highlight=False)

    def approve(found: Waiting) -> bool:
        if json and not go:
            typer.echo(found.model_dump_json(indent=1))
        elif not json:
            print_taking(found, console)
        if go is None and found.rows:
            return typer.confirm("Take them again?")
        return go is not False

    outcome = requeue(loaded, known_table(loaded, table), run or (), approve, lock_timeout=lock_timeout)
    if outcome is None:
        raise typer.Exit
    if json:
        typer.echo(outcome.record.model_dump_json(indent=2))
    else:
        print_failures(outcome.record, console)
        print_taken(outcome.record, console)
    raise typer.Exit(outcome.record.exit_code)
