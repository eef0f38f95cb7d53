"""What a format can do, known without loading its engine; `validate` refuses the rest.

Each sink folder has a `capabilities.py` that registers one of these.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field

from etl_core.registry import Registry, scan
from etl_core.sinks.readers import Readers


@dataclass(frozen=True)
class Capabilities:
    """`refusals`: mode -> why this format cannot do it. `column_names`: a pattern that the name of every
    column has to match ("": any name). `refused_types`: Spark type -> why a column cannot be of it.
    `properties`: looks at `target.properties` and gives (name, what is wrong, what to do). `readers`: what
    the engines that a contract may name as its readers need."""

    modes: frozenset[str]
    histories: frozenset[str] = frozenset({"scd1"})
    deletes: frozenset[str] = frozenset({"hard"})
    partition_transforms: frozenset[str] = frozenset({"identity"})
    incremental_read: bool = False
    refusals: tuple[tuple[str, str], ...] = ()
    column_names: str = ""
    refused_types: tuple[tuple[str, str], ...] = ()
    properties: Callable[[Mapping[str, str]], Iterable[tuple[str, str, str]]] = lambda _: ()
    readers: Readers = field(default_factory=dict)


CAPABILITIES: Registry[Capabilities] = Registry("format")


def load() -> Registry[Capabilities]:
    scan("etl_core.sinks", leaf="capabilities")
    return CAPABILITIES
