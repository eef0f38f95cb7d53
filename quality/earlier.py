"""Results of earlier runs, as data. Whoever judges hands them over; nothing in this package reads them."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

Key = tuple[str, str]  # what was measured (`measures.subject`), and the name of the metric


@dataclass(frozen=True)
class Earlier:
    """Of one table and ruleset. results: numbers, the newest first. problem: why they could not be had; the
    rules that need them fail with it."""

    results: Mapping[Key, Sequence[float]] = field(default_factory=dict)
    problem: str = ""


NOTHING = Earlier()
