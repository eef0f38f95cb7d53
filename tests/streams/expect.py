"""The oracles of tests/oracles, fed with what is delivered."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, Protocol

from tests.oracles import events
from tests.oracles.events import Account, Row
from tests.oracles.extracts import BAD, Extracts
from tests.oracles.history import Happening, Interval, history
from tests.streams.delivery import Sent
from tests.streams.drafts import Event

TRACKED = ("a", "b")
UNSAID = -1  # in an account: the oracle does not know


class Oracle(Protocol):
    @property
    def quarantined(self) -> int:
        """Rows so far."""

    @property
    def rows(self) -> list[Row]:
        """As readers see them."""

    def apply(self, batch: list[Sent], number: int) -> Account: ...


class Table(Protocol):
    quarantined: int

    @property
    def rows(self) -> list[Row]: ...

    def apply(self, batch: Iterable[events.Event], at: float = 0) -> Account: ...


class SoftTable(events.Table):
    """With the deleted rows, as readers see them."""

    @property
    def rows(self) -> list[Row]:
        return [held.row | {"is_deleted": held.deleted} for held in self.held.values()]


def _flaw(seen: Event, *, operations: bool) -> str:
    """A delete needs its key and its order only."""
    if seen.flaw == "torn" or (seen.flaw and not (operations and seen.op == "D")):
        return seen.flaw
    return "" if not operations or seen.op in (None, "I", "U", "D") else "operation"


def told(sent: Sent, *, operations: bool, with_op: bool = False) -> events.Event:
    """What a line says, in the terms of the oracles."""
    seen = sent.event
    assert isinstance(seen, Event)
    delete = operations and seen.op == "D" and seen.flaw != "torn"
    row = sent.row_of_values | ({"op": seen.op} if with_op else {})
    return events.Event(
        key=None if seen.k is None else (sent.stream, seen.k),
        order=None if seen.ts is None or seen.flaw == "torn" else (seen.ts, sent.file, sent.row),
        row=None if delete else row,
        bad=_flaw(seen, operations=operations),
        shown=row if delete else None,
    )


@dataclass
class Events:
    """Rows or events, one after another."""

    table: Table
    operations: bool = False

    @property
    def quarantined(self) -> int:
        return self.table.quarantined

    @property
    def rows(self) -> list[Row]:
        return self.table.rows

    def apply(self, batch: list[Sent], number: int) -> Account:
        told_events = [told(s, operations=self.operations, with_op=not self.operations) for s in batch]
        return self.table.apply(told_events, number)


@dataclass
class Histories:
    """All events that ever came and were not turned away, and the history they make."""

    known: dict[tuple[Any, datetime], Happening] = field(default_factory=dict)
    quarantined: int = 0

    def apply(self, batch: list[Sent], number: int) -> Account:
        account = Account(read=len(batch))
        by_key: dict[Any, list[tuple[Happening, bool]]] = defaultdict(list)
        for sent in batch:
            event = told(sent, operations=True)
            if event.key is None or event.order is None:
                account.refuse("bad")
            else:
                at, file, row = event.order
                order = (at, sent.event.n, file, row)  # type: ignore[union-attr]
                happening = Happening(event.key, sent.at, order, event.row)
                by_key[event.key].append((happening, bool(event.bad)))
        for happenings in by_key.values():
            self._learn(happenings, account)
        self.quarantined += account.quarantined
        account.superseded = account.read - account.written - account.quarantined
        return account

    def _learn(self, happenings: list[tuple[Happening, bool]], account: Account) -> None:
        """A bad event that is the newest of its key by event time holds the others."""
        happenings.sort(key=lambda one: (one[0].at, one[0].order))
        held = happenings[-1][1]
        fresh: dict[tuple[Any, datetime], Happening] = {}
        for happening, bad in happenings:
            if bad or held:
                account.refuse("bad" if bad else "held")
            else:
                fresh[happening.key, happening.at] = happening
        for place, happening in fresh.items():
            if place not in self.known or self.known[place].order < happening.order:
                self.known[place] = happening
                account.written += 1

    @property
    def rows(self) -> list[Row]:
        return _of(history(self.known.values(), TRACKED))


def _of(intervals: Iterable[Interval]) -> list[Row]:
    return [
        dict(one.row) | {"valid_from": one.since, "valid_to": one.until, "is_current": one.until is None}
        for one in intervals
    ]


@dataclass
class Snapshots:
    """Extracts, of which one that comes late changes nothing."""

    with_history: bool = False
    extracts: Extracts = field(default_factory=lambda: Extracts(TRACKED))
    quarantined: int = 0

    def apply(self, batch: list[Sent], number: int) -> Account:
        by_date: dict[datetime, list[Sent]] = defaultdict(list)
        for sent in batch:
            by_date[sent.date].append(sent)
        account = Account()
        for date in sorted(by_date):
            if not self.extracts.applied or date > max(self.extracts.applied):
                self._extract(date, by_date[date], account)
        self.quarantined += account.quarantined
        account.written = account.superseded = UNSAID
        return account

    def _extract(self, date: datetime, lines: list[Sent], account: Account) -> None:
        """The newest row of a key is what the extract says; a bad one holds the others."""
        by_key: dict[Any, list[Sent]] = defaultdict(list)
        for sent in lines:
            by_key[sent.stream, sent.event.k].append(sent)
        rows: dict[Any, Row | str] = {}
        account.read += len(lines)
        for key, group in by_key.items():
            newest = max(group, key=lambda sent: (sent.file, sent.row))
            held = bool(newest.event.flaw) or key[1] is None
            account.quarantined += len(group) if held else sum(bool(sent.event.flaw) for sent in group)
            if key[1] is not None:
                rows[key] = BAD if held else newest.row_of_values
        self.extracts.apply(date, rows)

    @property
    def rows(self) -> list[Row]:
        if self.with_history:
            return _of(self.extracts.history())
        return list(self.extracts.rows.values())
