"""A template with its functions worked out, as CloudFormation would: for looking at policies."""

from __future__ import annotations

import re
from typing import Any

PSEUDO = {"AWS::Partition": "aws", "AWS::Region": "eu-central-1", "AWS::AccountId": "000000000000"}


def resolved(node: Any) -> Any:
    """`Ref` and `Fn::GetAtt` of a resource become `<its logical id>`."""
    if isinstance(node, list):
        return [resolved(one) for one in node]
    if not isinstance(node, dict):
        return node
    if list(node) == ["Fn::Sub"]:
        return re.sub(r"\$\{([A-Za-z:]+)\}", lambda match: PSEUDO[match[1]], node["Fn::Sub"])
    if list(node) == ["Ref"]:
        return PSEUDO.get(node["Ref"], f"<{node['Ref']}>")
    if list(node) == ["Fn::GetAtt"]:
        return f"<{node['Fn::GetAtt'][0]}>"
    return {key: resolved(value) for key, value in node.items()}


def of_type(body: Any, kind: str) -> dict[str, Any]:
    """Logical id -> properties, worked out."""
    return {
        name: resolved(one["Properties"]) for name, one in body["Resources"].items() if one["Type"] == kind
    }


def rights(body: Any, role: str) -> list[dict[str, Any]]:
    """The statements of all policies of the role with this logical id."""
    properties = resolved(body["Resources"][role]["Properties"])
    policies = [body["Resources"][name.strip("<>")] for name in properties.get("ManagedPolicyArns", [])]
    documents = [resolved(policy["Properties"]["PolicyDocument"]) for policy in policies]
    documents += [policy["PolicyDocument"] for policy in properties.get("Policies", [])]
    return [statement for document in documents for statement in document["Statement"]]
