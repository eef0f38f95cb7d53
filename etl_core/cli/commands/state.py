"""Show how far tables have read; give one another progress."""

from __future__ import annotations

from pathlib import Path
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
    from etl_core.run.progress.restate import NewState

command = typer.Typer(help=__doc__, no_args_is_help=True, rich_markup_mode=None)

TableArgument = Annotated[str, typer.Argument(help="The table, as layer.table.")]
OneTable = Annotated[str | None, typer.Argument(help="Only this table, as layer.table.")]
AsOfNow = Annotated[
    bool | None,
    typer.Option(
        "--as-of-now/--empty",
        help="All that its sources and upstreams hold now counts as read; or nothing does.",
    ),
]
From = Annotated[
    Path | None,
    typer.Option("--from", help="A file with what `state show --json` printed.", exists=True, dir_okay=False),
]
Force = Annotated[bool, typer.Option("--force", help="With --empty: also where rows then come twice.")]


@command.command("show")
def show(
    table: OneTable = None,
    *,
    project: ProjectOption,
    env: EnvOption = None,
    select: SelectOption = None,
    json: JsonOption = False,
) -> None:
    """How far each table has read its inputs, and in which run. Starts no Spark."""
    from datetime import UTC, datetime
    from json import dumps

    from rich.console import Console

    from etl_core import inspect
    from etl_core.config.loader import load
    from etl_core.plan.graph import build
    from etl_core.plan.selection import select as selected
    from etl_core.report.known import known_table
    from etl_core.report.states import print_progress, progress_of

    loaded = load(project, env)
    names = (known_table(loaded, table).name,) if table else selected(build(loaded), select)
    found = progress_of(names, inspect.observe_tables(loaded, names))
    if json:
        typer.echo(dumps([one.model_dump(mode="json") for one in found], indent=1, ensure_ascii=False))
    else:
        print_progress(found, Console(), datetime.now(UTC))


@command.command("set")
def set_state(
    table: TableArgument,
    *,
    project: ProjectOption,
    env: EnvOption = None,
    as_of_now: AsOfNow = None,
    given: From = None,
    force: Force = False,
    go: GoOption = None,
    lock_timeout: LockTimeoutOption = 0.0,
) -> None:
    """Give a table another progress, where it is lost or wrong. Its rows stay as they are."""
    from rich.console import Console

    from etl_core.report.known import known_table
    from etl_core.report.states import print_change
    from etl_core.run.entry import valid_project
    from etl_core.run.progress.restate import set_state
    from etl_core.state.models import TableState

    loaded = valid_project(project, env)
    contract = known_table(loaded, table)
    console = Console()

    def approve(before: TableState | None, after: TableState) -> bool:
        print_change(before, after, console)
        return typer.confirm(f"Set the progress of {table}?") if go is None else go

    wish = _wish(table, as_of_now=as_of_now, given=given, force=force)
    outcome = set_state(loaded, contract, wish, approve, lock_timeout=lock_timeout)
    console.print(f"{table}: {'progress set' if outcome else 'nothing was changed'}", highlight=False)


def _wish(table: str, *, as_of_now: bool | None, given: Path | None, force: bool) -> NewState:
    """Raises PlanError unless exactly one way is named."""
    from etl_core.errors import PlanError
    from etl_core.report.states import read_progress
    from etl_core.run.progress.restate import NewState

    if (as_of_now is None) == (given is None):
        raise PlanError("say what the progress is to be", hint="one of --as-of-now, --empty and --from FILE")
    if given is not None:
        return NewState("given", read_progress(given, table))
    return NewState("now" if as_of_now else "empty", force=force)
