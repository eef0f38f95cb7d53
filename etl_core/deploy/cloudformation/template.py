"""The whole CloudFormation template of a project's environment."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Literal

import yaml

from etl_core.config.project import Project
from etl_core.deploy.bundle.reader import Bundle
from etl_core.deploy.cloudformation.databases import database_resources
from etl_core.deploy.cloudformation.failures import TOPIC, failure_resources
from etl_core.deploy.cloudformation.job import check_bundle, job_resources
from etl_core.deploy.cloudformation.stepfunctions import machine_resources
from etl_core.deploy.cloudformation.triggers import workflow_resources
from etl_core.deploy.common.accounts import ACCOUNT, declarations, without_accounts
from etl_core.deploy.common.cfn import Node, ref
from etl_core.deploy.common.leaks import check_leaks
from etl_core.deploy.common.names import base
from etl_core.deploy.common.places import deploy_config, warehouse
from etl_core.deploy.common.units import flows
from etl_core.errors import ConfigError

# CloudFormation User Guide, "Understand CloudFormation quotas"
MOST_RESOURCES = 500
LARGEST = 1_000_000  # bytes, of a template on S3
Way = Literal["glue", "stepfunctions", "airflow"]  # what starts the jobs
_STARTERS = {"glue": workflow_resources, "stepfunctions": machine_resources}  # Airflow is outside


@dataclass(frozen=True)
class Template:
    """`parameters` are the values that go with it: account ids that names hold."""

    body: Node
    parameters: dict[str, str]

    @property
    def text(self) -> str:
        return yaml_of(self.body)


def yaml_of(body: Node) -> str:
    """Keys in their order, intrinsic functions in long form: any YAML reader takes it."""
    return yaml.dump(body, Dumper=_Plain, sort_keys=False, allow_unicode=True, width=110)


class _Plain(yaml.CSafeDumper):
    """Equal parts are written out: CloudFormation has no aliases."""

    def ignore_aliases(self, _data: object) -> bool:
        return True


def make_template(project: Project, bundle: Bundle, way: Way = "glue") -> Template:
    """Pure: looks at neither AWS nor the clock, so that equal inputs give equal templates.

    Raises ConfigError for what cannot be deployed, PlanError where nothing is scheduled.
    """
    check_bundle(project, bundle)
    resources = _resources(project, bundle, way)
    if len(resources) > MOST_RESOURCES:
        raise ConfigError(
            f"the stack would have {len(resources)} resources, CloudFormation takes {MOST_RESOURCES}",
            hint="let large schedules run as one job (`jobs: one`), or divide the project",
        )
    safe, values = without_accounts(resources)
    body: Node = {
        "AWSTemplateFormatVersion": "2010-09-09",
        "Description": f"Strata: {ACCOUNT.sub('account', base(project))}",
        **({"Parameters": declarations(values)} if values else {}),
        "Resources": safe,
        "Outputs": {TOPIC: {"Description": "Hears of jobs that failed", "Value": ref(TOPIC)}},
    }
    check_leaks(body, project.root)
    template = Template(body, values)
    if (size := len(template.text.encode())) > LARGEST:
        raise ConfigError(f"the template has {size} bytes, CloudFormation takes {LARGEST}")
    return template


def _resources(project: Project, bundle: Bundle, way: Way) -> Node:
    config, made = deploy_config(project), flows(project)
    units = [unit for flow in made for unit in flow.units]
    tables = [name for name in project.tables if any(name in unit.tables for unit in units)]
    resources: Node = {}
    _add(
        resources,
        database_resources(project.config.name, warehouse(project), tables, config.lake_formation_tags),
    )
    for unit in units:
        _add(resources, job_resources(project, bundle, unit, retried=way == "glue"))
    if way in _STARTERS:
        for flow in made:
            _add(resources, _STARTERS[way](base(project), flow))
    _add(resources, failure_resources(base(project), config.notify))
    return resources


def _add(resources: Node, more: Mapping[str, Node]) -> None:
    if twice := resources.keys() & more.keys():
        raise ConfigError(
            f"two parts of the template would be called {min(twice)!r}",
            hint="names that differ in `_` only are the same to CloudFormation: rename one",
        )
    resources.update(more)
