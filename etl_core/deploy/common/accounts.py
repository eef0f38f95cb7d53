"""Account ids in names (as in `lake-123456789012`) become parameters of the template."""

from __future__ import annotations

import re
from typing import Any

from etl_core.deploy.common.cfn import Node, literal

ACCOUNT = re.compile(r"(?<!\d)\d{12}(?!\d)")


def without_accounts(resources: Node) -> tuple[Node, dict[str, str]]:
    """`resources` with every number of twelve digits behind a parameter, and the parameters' values:
    they go to CloudFormation with the template, and are not part of it."""
    values: dict[str, str] = {}
    return {name: _walk(one, values) for name, one in resources.items()}, values


def declarations(values: dict[str, str]) -> Node:
    return {
        name: {"Type": "String", "AllowedPattern": r"\d{12}", "Description": "An account id in a name"}
        for name in values
    }


def _walk(node: Any, values: dict[str, str]) -> Any:
    if isinstance(node, dict):
        if list(node) == ["Fn::Sub"] and isinstance(node["Fn::Sub"], str):
            return {"Fn::Sub": _replaced(node["Fn::Sub"], values)}
        return {key: _walk(value, values) for key, value in node.items()}
    if isinstance(node, list):
        return [_walk(value, values) for value in node]
    if isinstance(node, str) and ACCOUNT.search(node):
        return {"Fn::Sub": _replaced(literal(node), values)}
    return node


def _replaced(text: str, values: dict[str, str]) -> str:
    return ACCOUNT.sub(lambda match: f"${{{_name(match[0], values)}}}", text)


def _name(account: str, values: dict[str, str]) -> str:
    known = {value: name for name, value in values.items()}
    if account not in known:
        known[account] = f"Account{len(values) + 1}"
        values[known[account]] = account
    return known[account]
