"""Workflows and triggers of Glue: what starts a schedule, and which job follows which.

CloudFormation Template Reference, AWS::Glue::Workflow and AWS::Glue::Trigger.
"""

from __future__ import annotations

from etl_core.deploy.cloudformation.job import job_id
from etl_core.deploy.common.cfn import Node, ref, resource
from etl_core.deploy.common.names import logical_id
from etl_core.deploy.common.units import Flow, Unit


def workflow_resources(base: str, flow: Flow) -> dict[str, Node]:
    """Logical id -> resource; `base` begins every name."""
    workflow = logical_id("Workflow", flow.name)
    ids = {unit.name: job_id(unit) for unit in flow.units}
    made = {workflow: _workflow(base, flow), logical_id("Start", flow.name): _start(base, flow, workflow)}
    for unit in flow.units:
        if unit.after:
            name = logical_id("After", unit.schedule, unit.table)
            made[name] = _follow(base, unit, workflow, ids)
    return made


def _workflow(base: str, flow: Flow) -> Node:
    return resource(
        "AWS::Glue::Workflow",
        {
            "Name": f"{base}-{flow.name}",
            "Description": flow.start.description or f"Schedule {flow.name} and what comes after it",
            "MaxConcurrentRuns": 1,
        },
    )


def _start(base: str, flow: Flow, workflow: str) -> Node:
    first = [unit for unit in flow.units if not unit.after]
    cron = flow.start.cron
    return resource(
        "AWS::Glue::Trigger",
        {
            "Name": f"{base}-{flow.name}-start",
            "WorkflowName": ref(workflow),
            "Type": "SCHEDULED" if cron else "ON_DEMAND",
            "Schedule": f"cron({' '.join(cron.split())})" if cron else None,
            "StartOnCreation": True if cron else None,
            "Actions": [{"JobName": ref(job_id(unit))} for unit in first],
        },
    )


def _follow(base: str, unit: Unit, workflow: str, ids: dict[str, str]) -> Node:
    """Starts the job once all it waits for have succeeded."""
    conditions = [
        {"LogicalOperator": "EQUALS", "JobName": ref(ids[before]), "State": "SUCCEEDED"}
        for before in unit.after
    ]
    return resource(
        "AWS::Glue::Trigger",
        {
            "Name": f"{unit.name}-after",
            "WorkflowName": ref(workflow),
            "Type": "CONDITIONAL",
            "StartOnCreation": True,
            "Predicate": {"Logical": "AND", "Conditions": conditions},
            "Actions": [{"JobName": ref(job_id(unit))}],
        },
    )
