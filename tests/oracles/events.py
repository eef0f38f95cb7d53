"""Change semantics once more, in plain Python: what a keyed table holds after batches of events."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from typing import Any

Row = dict[str, Any]


@dataclass(frozen=True)
class Event:
    """`order`: greater is newer. `row`: None for a delete. `bad`: why the row cannot be used."""

    key: Any
    order: Any  # a tuple, or None where the event has no order
    row: Row | None
    bad: str = ""


@dataclass
class KeyedTable:
    """Keys with the order of the event that last wrote them; a row of None is a tombstone."""

    rule: Callable[[Row], bool] = lambda row: True
    held: dict[Any, tuple[Any, Row | None]] = field(default_factory=dict)
    quarantined: int = 0

    def apply(self, batch: Iterable[Event]) -> None:
        by_key = defaultdict(list)
        for event in batch:
            if event.key is None or event.order is None:
                self.quarantined += 1
            else:
                by_key[event.key].append(event)
        for key, events in by_key.items():
            self._apply_key(key, sorted(events, key=lambda event: event.order))

    def _apply_key(self, key: Any, events: list[Event]) -> None:
        winner = events[-1]
        if winner.bad:
            self.quarantined += len(events)
            return
        self.quarantined += sum(bool(event.bad) for event in events)
        known = self.held.get(key)
        if known is not None and known[0] >= winner.order:
            return
        if winner.row is not None and not self.rule(winner.row):
            self.quarantined += 1
            return
        self.held[key] = (winner.order, winner.row)

    @property
    def rows(self) -> list[Row]:
        return [row for _, row in self.held.values() if row is not None]
