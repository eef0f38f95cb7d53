"""Whether a role may do what was asked of AWS: the part of IAM's rules that our policies use.

`*` and `?` stand for any characters and for one, in actions without regard to case (IAM User Guide, "IAM
JSON policy elements: Resource", "Action", "Condition operators"). Policies that only allow: what no
statement allows is denied. A condition that is not known here is an error, never a right.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from typing import Any

from tests.requested import Asked


def allowed(statements: Iterable[dict[str, Any]], asked: Asked) -> bool:
    return any(_allows(statement, asked) for statement in statements)


def _allows(statement: dict[str, Any], asked: Asked) -> bool:
    assert statement["Effect"] == "Allow", "a Deny would need rules that are not written here"
    return (
        any(matches(pattern.lower(), asked.action.lower()) for pattern in statement["Action"])
        and any(matches(pattern, asked.resource) for pattern in statement["Resource"])
        and _holds(statement.get("Condition", {}), asked)
    )


def _holds(condition: dict[str, Any], asked: Asked) -> bool:
    """A key that the request does not have fits nothing."""
    if not condition:
        return True
    known = {"StringLike": {"s3:prefix": condition.get("StringLike", {}).get("s3:prefix")}}
    assert condition == known, condition
    prefix = asked.prefix
    return prefix is not None and any(matches(one, prefix) for one in condition["StringLike"]["s3:prefix"])


def matches(pattern: str, text: str) -> bool:
    wild = {"*": ".*", "?": "."}
    expression = "".join(wild.get(character, re.escape(character)) for character in pattern)
    return re.fullmatch(expression, text, re.DOTALL) is not None
