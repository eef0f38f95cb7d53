"""Modes in which a row stands for itself, in plain Python: append and the overwrites."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import Any

from tests.oracles.events import Account, Event, Row


@dataclass
class AppendTable:
    """Every good row of every batch; equal rows stay."""

    rows: list[Row] = field(default_factory=list)
    quarantined: int = 0

    def apply(self, batch: Iterable[Event], at: float = 0) -> Account:
        events = list(batch)
        good = [event.row for event in events if not event.bad and event.row is not None]
        account = Account(len(events), len(good), len(events) - len(good))
        self.quarantined += account.quarantined
        self.rows = self.after(good)
        return account

    def after(self, good: list[Row]) -> list[Row]:
        return self.rows + good


class OverwriteTable(AppendTable):
    """The good rows of the newest batch."""

    def after(self, good: list[Row]) -> list[Row]:
        return good


@dataclass
class PartitionsTable(AppendTable):
    """Of every value of `by` the good rows of the newest batch that has one with it."""

    by: str = ""

    def after(self, good: list[Row]) -> list[Row]:
        arrived: set[Any] = {row[self.by] for row in good}
        return [row for row in self.rows if row[self.by] not in arrived] + good
