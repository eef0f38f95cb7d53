"""The rule types that the inline engine evaluates, one file a family; each adds itself."""

from __future__ import annotations

from functools import lru_cache

from etl_core.registry import Registry, scan
from quality.engines.inline.check import RULES, RuleKind


@lru_cache(maxsize=1)
def load() -> Registry[RuleKind]:
    """Import every family, once, and return all rule types."""
    scan(__name__)
    return RULES
