"""The rule engines there are, by name: modules here, or packages with an `engine.py`, that add themselves.

Packages say without Spark, in their `supported.py`, what they evaluate.
"""

from __future__ import annotations

import importlib
import pkgutil

from etl_core.registry import Registry
from quality.engine import Engine

ENGINES: Registry[Engine] = Registry("rule engine")


def get(name: str) -> Engine:
    """The engine of that name; others are not imported, for that takes a while. Raises ConfigError."""
    module = next((one for one in pkgutil.iter_modules(__path__) if one.name == name), None)
    if module:
        importlib.import_module(f"{__name__}.{name}{'.engine' if module.ispkg else ''}")
    return ENGINES.get(name)
