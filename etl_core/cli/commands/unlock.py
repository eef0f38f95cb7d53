"""Take a table's lock away from a run that cannot give it back."""

from __future__ import annotations

from typing import Annotated

import typer

from etl_core.cli.options import EnvOption, ProjectOption

TableArgument = Annotated[str, typer.Argument(help="The table, as layer.table.")]


def command(table: TableArgument, project: ProjectOption, env: EnvOption = None) -> None:
    """Take a table's lock away from a run that cannot give it back.

    Only for a run that is dead on another machine: a live one stops before it publishes. A lock of a
    dead process on this machine needs no unlocking.
    """
    from datetime import UTC, datetime

    from etl_core.config.loader import load
    from etl_core.lease import unlock
    from etl_core.report.known import known_table
    from etl_core.storage import open_storage

    loaded = load(project, env)
    known_table(loaded, table)
    held = unlock(open_storage(loaded.environment.warehouse), table)
    said = f"unlocked, was held by {held.describe(datetime.now(UTC))}" if held else "was not locked"
    typer.echo(f"{table}: {said}")
