"""A role a job: its statements packed into policies no larger than IAM takes."""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator

from etl_core.deploy.common.cfn import Node, ref, resource
from etl_core.deploy.common.names import logical_id
from etl_core.errors import ConfigError

# IAM User Guide, "IAM and AWS STS quotas": characters of a managed policy, and how many a role may have
LARGEST_POLICY = 6144
MOST_POLICIES = 10
_MOST_RESOURCES = 25  # of one statement; a longer list is divided
_TRUST = {
    "Version": "2012-10-17",
    "Statement": [
        {
            "Effect": "Allow",
            "Action": "sts:AssumeRole",
            "Principal": {"Service": "glue.amazonaws.com"},
            "Condition": {"StringEquals": {"aws:SourceAccount": {"Ref": "AWS::AccountId"}}},
        }
    ],
}


def role_resources(job: str, schedule: str, table: str, statements: Iterable[Node]) -> dict[str, Node]:
    """Logical id -> resource: the role and its policies. Raises ConfigError for more than IAM takes."""
    name = logical_id("Role", schedule, table)
    packed = list(_packed(statements))
    if len(packed) > MOST_POLICIES:
        hint = "divide the schedule, or let it run `jobs: per_table`"
        raise ConfigError(f"the job {job!r} needs more rights than a role can hold", hint=hint)
    policies = {
        f"{name}Policy{number}": resource(
            "AWS::IAM::ManagedPolicy",
            {
                "Description": f"What the Glue job {job} may do",
                "PolicyDocument": {"Version": "2012-10-17", "Statement": one},
            },
        )
        for number, one in enumerate(packed, start=1)
    }
    role = resource(
        "AWS::IAM::Role",
        {
            "Description": f"Of the Glue job {job}",
            "AssumeRolePolicyDocument": _TRUST,
            "ManagedPolicyArns": [ref(policy) for policy in policies],
        },
    )
    return {name: role, **policies}


def _packed(statements: Iterable[Node]) -> Iterator[list[Node]]:
    """In their order, as many a policy as fit."""
    policy: list[Node] = []
    for statement in _divided(statements):
        if policy and _size([*policy, statement]) > LARGEST_POLICY:
            yield policy
            policy = []
        policy.append(statement)
    if policy:
        yield policy


def _divided(statements: Iterable[Node]) -> Iterator[Node]:
    for statement in statements:
        resources = statement["Resource"]
        for begin in range(0, len(resources), _MOST_RESOURCES):
            yield statement | {"Resource": resources[begin : begin + _MOST_RESOURCES]}


def _size(policy: list[Node]) -> int:
    """IAM does not count blanks between words. What the template shows is longer than what IAM gets:
    `{"Fn::Sub": }` stands around each name, and pseudo parameters give way to shorter texts."""
    return len(json.dumps(policy, separators=(",", ":"))) + 50
