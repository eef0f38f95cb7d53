"""Who hears of a job that failed: an SNS topic, and the EventBridge rule that feeds it."""

from __future__ import annotations

from collections.abc import Sequence

from etl_core.deploy.common.cfn import Node, attribute, ref, resource

TOPIC = "FailureTopic"
_RULE = "FailureRule"
# AWS Glue Developer Guide, "Automating with EventBridge": states of "Glue Job State Change"
STATES = ("FAILED", "STOPPED", "TIMEOUT")


def failure_resources(base: str, notify: Sequence[str]) -> dict[str, Node]:
    """The rule knows the jobs by how their names begin: a pattern has a greatest size. The topic has a name,
    so that its ARN can be written under `notify.sns` before there is a stack."""
    pattern = {
        "source": ["aws.glue"],
        "detail-type": ["Glue Job State Change"],
        "detail": {"jobName": [{"prefix": f"{base}-"}], "state": list(STATES)},
    }
    rule = {
        "Description": f"Jobs of {base} that failed, were stopped or ran out of time",
        "EventPattern": pattern,
        "State": "ENABLED",
        "Targets": [{"Id": "topic", "Arn": ref(TOPIC)}],
    }
    mails = [{"Protocol": "email", "Endpoint": mail} for mail in notify]
    return {
        TOPIC: resource("AWS::SNS::Topic", {"TopicName": f"{base}-failures", "Subscription": mails or None}),
        f"{TOPIC}Policy": resource(
            "AWS::SNS::TopicPolicy",
            {"Topics": [ref(TOPIC)], "PolicyDocument": _policy()},
        ),
        _RULE: resource("AWS::Events::Rule", rule),
    }


def _policy() -> Node:
    statement = {
        "Effect": "Allow",
        "Principal": {"Service": "events.amazonaws.com"},
        "Action": "sns:Publish",
        "Resource": ref(TOPIC),
        "Condition": {"ArnEquals": {"aws:SourceArn": attribute(_RULE, "Arn")}},
    }
    return {"Version": "2012-10-17", "Statement": [statement]}
