"""What the schedules cost."""

from __future__ import annotations

import typer

from etl_core.cli.options import EnvOption, JsonOption, ProjectOption


def command(project: ProjectOption, env: EnvOption = None, json: JsonOption = False) -> None:
    """What the schedules cost on Glue.

    DPU-hours and price, from run times and configured capacity.
    """
    from etl_core.config.models.deploy import Prices
    from etl_core.deploy.common.units import flows
    from etl_core.deploy.cost.cost import costs
    from etl_core.deploy.cost.durations import usual_durations
    from etl_core.run.entry import valid_project
    from etl_core.storage import open_storage

    loaded = valid_project(project, env)
    prices = loaded.environment.deploy.prices if loaded.environment.deploy else Prices()
    found = costs(flows(loaded), usual_durations(open_storage(loaded.environment.warehouse)), prices)
    if json:
        from json import dumps

        typer.echo(dumps([one.model_dump(mode="json") for one in found], indent=1, ensure_ascii=False))
        return
    from rich.console import Console

    from etl_core.deploy.cost.cost_table import print_costs

    print_costs(found, Console(highlight=False))
