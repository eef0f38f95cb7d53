"""One Glue job (CloudFormation Template Reference, AWS::Glue::Job)."""

from __future__ import annotations

from etl_core.config.project import Project
from etl_core.deploy.bundle.reader import Bundle
from etl_core.deploy.cloudformation.access import access_of
from etl_core.deploy.cloudformation.arguments import default_arguments
from etl_core.deploy.cloudformation.policy import statements
from etl_core.deploy.cloudformation.role import role_resources
from etl_core.deploy.common.cfn import Node, attribute, resource
from etl_core.deploy.common.names import logical_id
from etl_core.deploy.common.places import bundle_place, deploy_config
from etl_core.deploy.common.units import Unit
from etl_core.errors import ConfigError

_LONGEST_DESCRIPTION = 2048


def job_resources(project: Project, bundle: Bundle, unit: Unit, *, retried: bool = True) -> dict[str, Node]:
    """The job, its role and its policies. `retried`: Glue runs it again itself, as its schedule says;
    false where whoever starts it does that."""
    config = deploy_config(project)
    access = access_of(project, unit, bundle.digest)
    role = role_resources(
        unit.name, unit.schedule, unit.table, statements(access, unit.capacity, config.kms_keys)
    )
    return {**role, job_id(unit): _job(project, bundle, unit, role_id(unit), retried=retried)}


def job_id(unit: Unit) -> str:
    return logical_id("Job", unit.schedule, unit.table)


def role_id(unit: Unit) -> str:
    return logical_id("Role", unit.schedule, unit.table)


def _job(project: Project, bundle: Bundle, unit: Unit, role: str, *, retried: bool) -> Node:
    capacity, config = unit.capacity, deploy_config(project)
    script = bundle_place(config, bundle.digest).below(_script(bundle, unit)).uri
    connections = {"Connections": list(capacity.connections)} if capacity.connections else None
    return resource(
        "AWS::Glue::Job",
        {
            "Name": unit.name,
            "Description": _description(project, unit),
            "Role": attribute(role, "Arn"),
            "GlueVersion": project.environment.profile.removeprefix("glue-"),
            "Command": {"Name": "glueetl", "PythonVersion": "3", "ScriptLocation": script},
            "DefaultArguments": default_arguments(project, bundle, unit),
            "WorkerType": capacity.worker_type,
            "NumberOfWorkers": capacity.workers,
            "ExecutionClass": capacity.execution.upper(),
            "Timeout": capacity.timeout_minutes,
            "MaxRetries": capacity.retries if retried else 0,
            "ExecutionProperty": {"MaxConcurrentRuns": capacity.max_concurrent_runs},
            "JobRunQueuingEnabled": capacity.queueing,
            "Connections": connections,
            "SecurityConfiguration": capacity.security_configuration,
        },
    )


def _script(bundle: Bundle, unit: Unit) -> str:
    """A table that needs no code has no script of its own."""
    return bundle.scripts.get(unit.table, bundle.selection_script)


def _description(project: Project, unit: Unit) -> str:
    own = project.tables[unit.table].config.description if unit.table else unit.capacity.description
    return (own or f"Schedule {unit.schedule} of {project.config.name}")[:_LONGEST_DESCRIPTION]


def check_bundle(project: Project, bundle: Bundle) -> None:
    """Raises ConfigError for a bundle of another project, environment or runtime."""
    wanted = (project.config.name, project.environment_name, project.environment.profile)
    built = (bundle.project, bundle.environment, bundle.profile)
    if built != wanted:
        raise ConfigError(
            f"the bundle is of {' / '.join(built)}, not of {' / '.join(wanted)}",
            hint=f"build it again: `strata build --env {project.environment_name}`",
        )
