"""A DAG file a schedule, for Airflow to start the deployed jobs.

Operator: apache-airflow-providers-amazon, `GlueJobOperator`; it starts a job that is there as it is.
"""

from __future__ import annotations

from collections.abc import Iterable
from importlib.resources import files

from jinja2 import Environment, StrictUndefined

from etl_core.config.project import Project
from etl_core.deploy.airflow_cron import airflow_cron
from etl_core.deploy.common.leaks import check_leaks
from etl_core.deploy.common.names import base
from etl_core.deploy.common.places import deploy_config
from etl_core.deploy.common.units import Flow


def dag_files(project: Project, flows: Iterable[Flow]) -> dict[str, str]:
    """File name -> text, one a schedule that starts by itself or on demand; those after it are in it.

    Every value is written as a Python literal. Raises ConfigError for a cron that Airflow cannot take,
    and for what no file may hold (see `leaks`).
    """
    text = files("etl_core.deploy").joinpath("templates/dag.py.j2").read_text("utf-8")
    # not HTML: what is put in are Python literals
    template = Environment(undefined=StrictUndefined, keep_trailing_newline=True).from_string(text)  # noqa: S701
    region = deploy_config(project).region
    made = {
        f"{base(project)}-{flow.name}.py": template.render(
            flow=flow.name,
            project=base(project),
            dag_id=repr(f"{base(project)}-{flow.name}"),
            description=repr(flow.start.description),
            schedule=repr(airflow_cron(flow.start.cron) if flow.start.cron else None),
            region=repr(region),
            tasks=[
                {
                    "name": repr(unit.name),
                    "id": repr(unit.table or unit.schedule),
                    "retries": unit.capacity.retries,
                    "after": [repr(before) for before in unit.after],
                }
                for unit in flow.units
            ],
        )
        for flow in flows
    }
    check_leaks(made, project.root)
    return made
