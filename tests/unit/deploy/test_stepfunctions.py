"""State machines: the linter's schema of the language sees mistakes, and moto walks through them."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import boto3
import pytest
from moto import mock_aws

from etl_core.deploy.cloudformation.stepfunctions import definition
from etl_core.deploy.common.units import flows
from tests.unit.deploy.resolved import of_type, resolved
from tests.unit.deploy.small_deploy import project, template
from tests.unit.deploy.test_template import findings

TIMER = "TimerNightly"


def machine(tmp_path: Path) -> Any:
    body = template(tmp_path, "stepfunctions").body
    return of_type(body, "AWS::StepFunctions::StateMachine")["MachineNightly"]["Definition"]


def test_the_waves_follow_the_tables(tmp_path: Path) -> None:
    states = machine(tmp_path)["States"]
    waves = [
        [branch["StartAt"] for branch in one["Branches"]]
        for one in states.values()
        if one["Type"] == "Parallel"
    ]
    assert waves == [["nightly"], ["enriched.daily"], ["enriched.weekly"]]
    assert [states[f"Wave {number}"].get("Next") for number in (1, 2, 3)] == ["Wave 2", "Wave 3", None]
    caught = {one["Catch"][0]["Next"] for one in states.values() if "Catch" in one}
    assert caught == {"Tell of the failure"}
    assert states["Tell of the failure"]["Next"] == "Failed"


def test_every_state_can_be_reached_and_is_there(tmp_path: Path) -> None:
    made = machine(tmp_path)
    reached, waiting = set(), [made["StartAt"]]
    while waiting:
        name = waiting.pop()
        if name not in reached:
            reached.add(name)
            state = made["States"][name]
            waiting += [state["Next"]] if "Next" in state else []
            waiting += [one["Next"] for one in state.get("Catch", [])]
    assert reached == set(made["States"])


def test_the_linter_knows_the_language(tmp_path: Path) -> None:
    wrong = template(tmp_path, "stepfunctions").text.replace("Type: Parallel", "Type: Parallele")
    assert any("Parallele" in one for one in findings(wrong))


def test_the_machine_is_taken_and_started(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("AWS_ACCESS_KEY_ID", "AWS_SECRET_ACCESS_KEY"):
        monkeypatch.setenv(name, "testing")
    flow = flows(project(tmp_path))[0]
    made = resolved(definition(flow, {unit.name: unit.name for unit in flow.units}))
    with mock_aws():
        client = boto3.client("stepfunctions", region_name="eu-central-1")
        role = "arn:aws:iam::000000000000:role/x"
        arn = client.create_state_machine(name="m", definition=json.dumps(made), roleArn=role)[
            "stateMachineArn"
        ]
        assert json.loads(client.describe_state_machine(stateMachineArn=arn)["definition"]) == made
        assert client.start_execution(stateMachineArn=arn)["executionArn"]


def test_the_timer_may_start_its_machine_only(tmp_path: Path) -> None:
    body = template(tmp_path, "stepfunctions").body
    rule = of_type(body, "AWS::Events::Rule")[TIMER]
    assert rule["ScheduleExpression"] == "cron(0 3 * * ? *)"
    assert rule["Targets"][0]["Arn"] == "<MachineNightly>"
    (policy,) = of_type(body, "AWS::IAM::Role")["TimerRoleNightly"]["Policies"]
    (statement,) = policy["PolicyDocument"]["Statement"]
    assert (statement["Action"], statement["Resource"]) == (["states:StartExecution"], ["<MachineNightly>"])
