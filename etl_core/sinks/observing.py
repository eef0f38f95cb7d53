"""How each format tells what its tables hold, without a JVM: one `observe.py` a sink folder."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from etl_core.config.models.environment import EnvironmentConfig
from etl_core.plan.observed import ObservedTable
from etl_core.registry import Registry, scan

# (environment, table names) -> what the catalog holds, for every name. Looking changes nothing.
# Raises StateError where a table is there but cannot be read.
Observer = Callable[[EnvironmentConfig, Sequence[str]], dict[str, ObservedTable]]

OBSERVERS: Registry[Observer] = Registry("format")


def load() -> Registry[Observer]:
    scan("etl_core.sinks", leaf="observe")
    return OBSERVERS
