"""A template with its functions worked out, as CloudFormation would: for looking at policies."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any

PSEUDO = {"AWS::Partition": "aws", "AWS::Region": "eu-central-1", "AWS::AccountId": "000000000000"}


def resolved(node: Any, parameters: Mapping[str, str] = PSEUDO) -> Any:
    """`Ref` and `Fn::GetAtt` of a resource become `<its logical id>`."""
    if isinstance(node, list):
        return [resolved(one, parameters) for one in node]
    if not isinstance(node, dict):
        return node
    if list(node) == ["Fn::Sub"]:
        return re.sub(r"\$\{([A-Za-z0-9:]+)\}", lambda match: parameters[match[1]], node["Fn::Sub"])
    if list(node) == ["Ref"]:
        return parameters.get(node["Ref"], f"<{node['Ref']}>")
    if list(node) == ["Fn::GetAtt"]:
        return f"<{node['Fn::GetAtt'][0]}>"
    return {key: resolved(value, parameters) for key, value in node.items()}


def of_type(body: Any, kind: str) -> dict[str, Any]:
    """Logical id -> properties, worked out. An account id in a name is `000000000000`."""
    values = _values(body)
    return {
        name: resolved(one["Properties"], values)
        for name, one in body["Resources"].items()
        if one["Type"] == kind
    }


def rights(body: Any, role: str) -> list[dict[str, Any]]:
    """The statements of all policies of the role with this logical id. An account id in a name is
    `000000000000`."""
    values = _values(body)
    properties = resolved(body["Resources"][role]["Properties"], values)
    policies = [body["Resources"][name.strip("<>")] for name in properties.get("ManagedPolicyArns", [])]
    documents = [resolved(policy["Properties"]["PolicyDocument"], values) for policy in policies]
    documents += [policy["PolicyDocument"] for policy in properties.get("Policies", [])]
    return [statement for document in documents for statement in document["Statement"]]


def _values(body: Any) -> dict[str, str]:
    return {**dict.fromkeys(body.get("Parameters", {}), PSEUDO["AWS::AccountId"]), **PSEUDO}
