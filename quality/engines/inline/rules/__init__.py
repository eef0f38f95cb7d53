"""The rule types that the inline engine evaluates, one file a family; each adds itself."""

from __future__ import annotations

from etl_core.registry import Registry, scan
from quality.engines.inline.check import RULES, RuleKind


def load() -> Registry[RuleKind]:
    """Import every family and return all rule types."""
    scan(__name__)
    return RULES
