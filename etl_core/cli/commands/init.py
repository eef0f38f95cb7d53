"""A new project with one working table and its test."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

FolderArgument = Annotated[
    Path, typer.Argument(metavar="DIR", file_okay=False, help="A new or empty folder.")
]
NameOption = Annotated[
    str | None,
    typer.Option("--name", help="The project's name; without it, the folder's.", show_default=False),
]


def command(folder: FolderArgument, name: NameOption = None) -> None:
    """Make a new project with one working table and its test."""
    from etl_core.cli.scaffold import create

    for path in create(folder, name):
        typer.echo(f"  {path}")
    step = "" if folder.resolve() == Path.cwd() else f"cd {folder} && "
    typer.echo(f"\nNext: {step}strata validate && strata run && pytest")
