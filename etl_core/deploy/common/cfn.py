"""Small words of CloudFormation: a template is plain mappings and lists."""

from __future__ import annotations

from typing import Any

Node = dict[str, Any]


def literal(text: str) -> str:
    """`text` as data within `sub`, whatever it holds (CloudFormation User Guide, "Fn::Sub")."""
    return text.replace("${", "${!")


def sub(text: str) -> Node:
    return {"Fn::Sub": text}


def ref(logical_id: str) -> Node:
    return {"Ref": logical_id}


def attribute(logical_id: str, name: str) -> Node:
    return {"Fn::GetAtt": [logical_id, name]}


def resource(kind: str, properties: Node, **more: Any) -> Node:
    """`more`: DeletionPolicy, DependsOn and the like. What is None is left out."""
    kept = {key: value for key, value in properties.items() if value is not None}
    return {"Type": kind, **more, "Properties": kept}


def arn(service: str, rest: str, *, regional: bool = True) -> Node:
    """An ARN of the stack's own account; `rest` is data but for `*`, `?` and pseudo parameters."""
    where = "${AWS::Region}:${AWS::AccountId}" if regional else ":"
    return sub(f"arn:${{AWS::Partition}}:{service}:{where}:{literal(rest)}")
