"""Make the bundle that a Glue job runs from."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from etl_core.cli.options import EnvOption, JsonOption, ProjectOption

OutOption = Annotated[
    Path,
    typer.Option(
        "--out", metavar="DIR", file_okay=False, help="The bundle's folder: new, empty or a bundle."
    ),
]


def command(out: OutOption, project: ProjectOption, env: EnvOption = None, json: JsonOption = False) -> None:
    """Make the bundle that a Glue job runs from.

    Wheels, scripts, manifest. Equal inputs give equal bytes.
    """
    from etl_core.deploy.bundle.build import build_bundle

    manifest = build_bundle(project, env, out.absolute())
    if json:
        typer.echo(manifest.model_dump_json(indent=2))
        return
    size = sum(artifact.size for artifact in manifest.artifacts) / 1e6
    typer.echo(f"{out}: {manifest.project} for {manifest.environment} ({manifest.profile}), {size:.1f} MB")
    typer.echo(f"  {2 + len(manifest.wheelhouse)} wheels, all of them also in {manifest.glue_wheels.path}")
    typer.echo(f"  {len(manifest.scripts)} job scripts and {manifest.selection_script.path}")
    typer.echo(f"  SHA-256 of the whole: {manifest.digest}")
