"""Bring the project to AWS."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Literal

import typer

from etl_core.cli.options import EnvOption, GoOption, ProjectOption

if TYPE_CHECKING:
    from etl_core.config.project import Project

BundleOption = Annotated[
    Path, typer.Option("--bundle", help="The folder that `strata build` made.", file_okay=False)
]
OutOption = Annotated[
    Path | None,
    typer.Option("--out", help="Write the template there and touch nothing on AWS.", file_okay=False),
]
WayOption = Annotated[
    Literal["glue", "stepfunctions", "airflow"],
    typer.Option(
        "--as",
        help="What starts the jobs: Glue's workflows, state machines, or Airflow (its DAG files: --out).",
    ),
]


def command(
    project: ProjectOption,
    bundle: BundleOption,
    env: EnvOption = None,
    way: WayOption = "glue",
    out: OutOption = None,
    go: GoOption = None,
) -> None:
    """Bring the project to AWS: bundle, Glue jobs, roles, schedules. Shows the difference and asks.

    Exit codes: 0 done or nothing to change, 2 configuration, 4 AWS refused; then nothing was changed.
    """
    from rich.console import Console

    from etl_core.deploy.bundle.reader import read_bundle
    from etl_core.deploy.cloudformation.template import make_template
    from etl_core.run.entry import valid_project

    loaded = valid_project(project, env)
    built = read_bundle(bundle)
    template = make_template(loaded, built, way)
    for warning in _warnings(loaded):
        typer.echo(f"warning: {warning}", err=True)
    if out is not None:
        from etl_core.deploy.airflow import dag_files
        from etl_core.deploy.cloudformation.written import write_template
        from etl_core.deploy.common.units import flows

        dags = dag_files(loaded, flows(loaded)) if way == "airflow" else {}
        for path in write_template(template, out, dags):
            typer.echo(f"wrote {path}")
        return
    from etl_core.deploy.aws import clients
    from etl_core.deploy.cloudformation.difference import difference, print_difference
    from etl_core.deploy.common.places import deploy_config
    from etl_core.deploy.deployment import deploy, look

    aws = clients(deploy_config(loaded).region)
    lines = difference(look(aws, loaded), template.text)
    print_difference(lines, Console(highlight=False))
    if not lines:
        typer.echo("nothing to change")
    if go is False or not lines:
        return
    if go is None:
        typer.confirm("deploy this?", abort=True)
    done = deploy(aws, loaded, built, template)
    typer.echo(
        f"{done.stack}: {'deployed' if done.changed else 'nothing to change'}, {done.uploaded} files sent"
    )


def _warnings(project: Project) -> list[str]:
    """Schedules that overlap themselves; where no run's record can be read, that."""
    from etl_core.deploy.common.units import flows
    from etl_core.deploy.cost.durations import usual_durations
    from etl_core.deploy.cost.overlaps import overlapping
    from etl_core.errors import EtlError
    from etl_core.storage import open_storage

    try:
        durations = usual_durations(open_storage(project.environment.warehouse))
    except EtlError as error:
        return [f"schedules are not compared with run times: {error.message}"]
    return list(overlapping(flows(project), durations))
