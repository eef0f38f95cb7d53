"""What a deployment would change: the deployed template against the new one, line by line."""

from __future__ import annotations

from difflib import unified_diff
from typing import Any

import yaml
from rich.console import Console
from rich.text import Text

from etl_core.deploy.cloudformation.template import yaml_of

_STYLES = {"+": "green", "-": "red", "@": "cyan"}


def difference(deployed: Any, new: str) -> list[str]:
    """Lines of a unified diff without ends; none if the two say the same. `deployed` as
    `stack.deployed_template` gives it: how a template is written down does not count."""
    old = _as_written(deployed).splitlines()
    return list(unified_diff(old, new.splitlines(), "deployed", "new", lineterm=""))


def print_difference(lines: list[str], console: Console) -> None:
    for line in lines:
        console.print(Text(line, style=_STYLES.get(line[:1], "")), soft_wrap=True)


def _as_written(deployed: Any) -> str:
    """As `template` writes it; text that only CloudFormation can read (`!Ref`) stays as it is."""
    if deployed is None:
        return ""
    if not isinstance(deployed, str):
        return yaml_of(_plain(deployed))
    try:
        return yaml_of(yaml.safe_load(deployed))
    except yaml.YAMLError:
        return deployed


def _plain(node: Any) -> Any:
    """boto3 reads JSON into ordered mappings, which YAML would mark as such."""
    if isinstance(node, dict):
        return {key: _plain(value) for key, value in node.items()}
    return [_plain(one) for one in node] if isinstance(node, list) else node
