"""The JSON Schema of the project's files."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from etl_core.cli.options import ProjectOption

KindArgument = Annotated[
    str | None,
    typer.Argument(help="project, environment, source, table or schedules.", show_default="all of them"),
]
OutOption = Annotated[
    Path | None,
    typer.Option("--out", help="Write one <kind>.schema.json each into this folder.", file_okay=False),
]
WireOption = Annotated[
    bool,
    typer.Option(
        "--wire",
        help="Write the schemas (to conf/.schema unless --out) and insert the comment by which editors find"
        " them into every YAML file of the project that lacks it.",
    ),
]


def command(
    project: ProjectOption, kind: KindArgument = None, out: OutOption = None, wire: WireOption = False
) -> None:
    """Print the JSON Schema of the project's YAML files.

    Or write it to a folder, or wire it to the editor.
    """
    from json import dumps

    from etl_core.config import schema
    from etl_core.errors import ConfigError
    from etl_core.registry import closest_hint

    if kind is not None and kind not in schema.KINDS:
        raise ConfigError(f"unknown kind of file {kind!r}", hint=closest_hint(kind, tuple(schema.KINDS)))
    kinds = (kind,) if kind else tuple(schema.KINDS)
    if out is None and not wire:
        found = schema.schema(kind) if kind else {name: schema.schema(name) for name in kinds}
        typer.echo(dumps(found, indent=2, ensure_ascii=False))
        return
    folder = out if out is not None else project / schema.FOLDER
    for path in schema.write_schemas(folder, kinds):
        typer.echo(f"wrote {path}")
    for path in schema.wire(project, folder.absolute(), kinds) if wire else ():
        typer.echo(f"wired {path}")
