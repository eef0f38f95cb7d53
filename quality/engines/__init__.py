"""The rule engines there are, by name; each is a package here that adds itself."""

from __future__ import annotations

from etl_core.registry import Registry, scan
from quality.engine import Engine

ENGINES: Registry[Engine] = Registry("rule engine")


def load() -> Registry[Engine]:
    """Import every engine (pydeequ with Deequ's) and return them all."""
    scan(__name__)
    return ENGINES
