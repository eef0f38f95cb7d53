"""A state machine a schedule: its jobs in waves, each retried and caught by itself.

States: https://states-language.net/spec.html; the Glue integration: AWS Step Functions Developer Guide,
"Start AWS Glue jobs" (`.sync` waits for the run's end).
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from graphlib import TopologicalSorter

from etl_core.deploy.cloudformation.failures import TOPIC
from etl_core.deploy.cloudformation.job import job_id
from etl_core.deploy.common.cfn import Node, arn, attribute, ref, resource, sub
from etl_core.deploy.common.names import logical_id
from etl_core.deploy.common.units import Flow, Unit

_NOTIFY, _FAILED = "Tell of the failure", "Failed"
_LONGEST_NAME = 80  # of a state
# Passing faults: too many runs at once, throttling, an answer that did not come
_BUSY = ["Glue.ConcurrentRunsExceededException", "Glue.ResourceNumberLimitExceededException"]


def machine_resources(base: str, flow: Flow) -> dict[str, Node]:
    """Logical id -> resource: the machine, its role, and what starts it on time."""
    machine, role = logical_id("Machine", flow.name), logical_id("MachineRole", flow.name)
    made = {
        role: _role("states.amazonaws.com", _machine_rights(flow)),
        machine: resource(
            "AWS::StepFunctions::StateMachine",
            {
                "StateMachineName": f"{base}-{flow.name}"[:_LONGEST_NAME],
                "RoleArn": attribute(role, "Arn"),
                "Definition": definition(flow, {unit.name: ref(job_id(unit)) for unit in flow.units}),
            },
        ),
    }
    if flow.start.cron:
        made |= _timer(flow, machine)
    return made


def definition(flow: Flow, jobs: Mapping[str, object]) -> Node:
    """The machine in Amazon States Language; `jobs`: job name -> how the definition calls it.

    Jobs run in waves: a wave begins when all before it are done.
    """
    waves = _waves(flow.units)
    names = [f"Wave {number}" for number in range(1, len(waves) + 1)]
    states: Node = {}
    for number, (name, wave) in enumerate(zip(names, waves, strict=True), start=1):
        following = {"Next": names[number]} if number < len(names) else {"End": True}
        branches = [_branch(unit, jobs[unit.name]) for unit in wave]
        caught = [{"ErrorEquals": ["States.ALL"], "ResultPath": "$.error", "Next": _NOTIFY}]
        parallel = {"Type": "Parallel", "Branches": branches, "ResultPath": None, "Catch": caught}
        states[name] = parallel | following
    states[_NOTIFY] = {
        "Type": "Task",
        "Resource": sub("arn:${AWS::Partition}:states:::sns:publish"),
        "Parameters": {
            "TopicArn": ref(TOPIC),
            "Subject": f"Strata: schedule {flow.name} failed"[:100],
            "Message.$": "States.JsonToString($.error)",
        },
        "Next": _FAILED,
    }
    states[_FAILED] = {"Type": "Fail", "Error": "Strata.JobFailed"}
    return {"Comment": f"Schedule {flow.name}", "StartAt": names[0], "States": states}


def _waves(units: Sequence[Unit]) -> list[list[Unit]]:
    """Each job in the first wave after all those it waits for."""
    by_name = {unit.name: unit for unit in units}
    sorter = TopologicalSorter({unit.name: unit.after for unit in units})
    sorter.prepare()
    waves = []
    while sorter.is_active():
        ready = sorter.get_ready()
        waves.append([by_name[name] for name in by_name if name in ready])
        sorter.done(*ready)
    return waves


def _branch(unit: Unit, job: object) -> Node:
    again = {"BackoffRate": 2.0, "IntervalSeconds": 60}
    retries = [{"ErrorEquals": _BUSY, "MaxAttempts": 5, **again}]
    if unit.capacity.retries:
        retries.append({"ErrorEquals": ["States.TaskFailed"], "MaxAttempts": unit.capacity.retries, **again})
    task: Node = {
        "Type": "Task",
        "Resource": sub("arn:${AWS::Partition}:states:::glue:startJobRun.sync"),
        "Parameters": {"JobName": job},
        "Retry": retries,
        "End": True,
    }
    name = (unit.table or unit.schedule)[:_LONGEST_NAME]
    return {"StartAt": name, "States": {name: task}}


def _machine_rights(flow: Flow) -> list[Node]:
    jobs = [arn("glue", f"job/{unit.name}") for unit in flow.units]
    actions = ["glue:BatchStopJobRun", "glue:GetJobRun", "glue:GetJobRuns", "glue:StartJobRun"]
    return [
        {"Effect": "Allow", "Action": actions, "Resource": jobs},
        {"Effect": "Allow", "Action": ["sns:Publish"], "Resource": [ref(TOPIC)]},
    ]


def _timer(flow: Flow, machine: str) -> dict[str, Node]:
    role, cron = logical_id("TimerRole", flow.name), " ".join((flow.start.cron or "").split())
    rights = {"Effect": "Allow", "Action": ["states:StartExecution"], "Resource": [ref(machine)]}
    target = {"Id": "machine", "Arn": ref(machine), "RoleArn": attribute(role, "Arn")}
    rule = {"ScheduleExpression": f"cron({cron})", "State": "ENABLED", "Targets": [target]}
    return {
        role: _role("events.amazonaws.com", [rights]),
        logical_id("Timer", flow.name): resource("AWS::Events::Rule", rule),
    }


def _role(service: str, statements: list[Node]) -> Node:
    trust = {
        "Effect": "Allow",
        "Action": "sts:AssumeRole",
        "Principal": {"Service": service},
        "Condition": {"StringEquals": {"aws:SourceAccount": ref("AWS::AccountId")}},
    }
    policy = {"Version": "2012-10-17", "Statement": statements}
    return resource(
        "AWS::IAM::Role",
        {
            "AssumeRolePolicyDocument": {"Version": "2012-10-17", "Statement": [trust]},
            "Policies": [{"PolicyName": "run", "PolicyDocument": policy}],
        },
    )
