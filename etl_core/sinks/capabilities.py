"""What a format can do, known without loading its engine; `validate` refuses the rest.

Each sink folder has a `capabilities.py` that registers one of these.
"""

from __future__ import annotations

from dataclasses import dataclass

from etl_core.registry import Registry, scan


@dataclass(frozen=True)
class Capabilities:
    """`refusals`: mode -> why this format cannot do it."""

    modes: frozenset[str]
    histories: frozenset[str] = frozenset({"scd1"})
    deletes: frozenset[str] = frozenset({"hard"})
    partition_transforms: frozenset[str] = frozenset({"identity"})
    incremental_read: bool = False
    refusals: tuple[tuple[str, str], ...] = ()


CAPABILITIES: Registry[Capabilities] = Registry("format")


def load() -> Registry[Capabilities]:
    scan("etl_core.sinks", leaf="capabilities")
    return CAPABILITIES
