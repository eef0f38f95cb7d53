"""Rules whose SQL is more than a rule, whatever engine would run it."""

from __future__ import annotations

from quality.dqdl import Rule
from quality.engines.broken import ERRORS, reason
from quality.engines.guard import Guard


def forbidden(leaf: Rule, guard: Guard) -> str:
    """Why the SQL of a rule, which is no composite, is not run; empty if it is. Nothing runs."""
    try:
        if leaf.where:
            guard.where(leaf.where)
        if leaf.rule_type == "CustomSql":
            guard.query(leaf.parameters[0])
    except ERRORS as error:
        return reason(error)
    return ""
