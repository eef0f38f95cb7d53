"""Change semantics once more, in plain Python: what a keyed table holds after batches of events.

`KeyedTable` knows upserts, deletes and bad events. `Table` knows everything that merge and cdc with
history scd1 can be asked for; feed it batch by batch, in any order of events within a batch:

    table = Table(soft=True, rule=lambda row: row["age"] > 0)
    account = table.apply([Event(1, (5, "f.csv", 0), {"age": 30}), Event(2, (6, "f.csv", 1), None)], at=0)
    table.rows, table.tombstones, account.written
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from typing import Any

Row = dict[str, Any]


@dataclass(frozen=True)
class Event:
    """`order`: greater is newer. `row`: None for a delete. `bad`: why the row cannot be used.

    `truncate`: empties the table, whatever its key. `before`: the key as it was before the update.
    `shown`: a delete's row as it arrived, which a soft delete keeps.
    """

    key: Any
    order: Any  # a tuple, or None where the event has no order
    row: Row | None
    bad: str = ""
    truncate: bool = False
    before: Any = None
    shown: Row | None = None


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


@dataclass(frozen=True)
class Held:
    """A row of the table with the order of the event that last wrote it."""

    order: Any
    row: Row
    deleted: bool = False


@dataclass(frozen=True)
class Tombstone:
    """`key` None: everything older than `order` is gone (`truncate`), or was forgotten (`expired`)."""

    key: Any
    order: Any
    at: float
    kind: str = "delete"


@dataclass
class Account:
    """One batch: read = written + quarantined + dropped + superseded. `why`: reasons of the quarantined."""

    read: int = 0
    written: int = 0
    quarantined: int = 0
    dropped: int = 0
    superseded: int = 0
    why: Counter[str] = field(default_factory=Counter)

    def refuse(self, reason: str) -> None:
        self.quarantined += 1
        self.why[reason] += 1


@dataclass
class Table:
    """`partial`: None in an upsert's row leaves the column as it is. `hold`: a bad newest event keeps the
    older ones of its key and batch back. `drop`: events that fail `rule` leave no trace. `retention`: in
    the unit of `apply`'s `at`."""

    soft: bool = False
    partial: bool = False
    hold: bool = True
    drop: bool = False
    rule: Callable[[Row], bool] = lambda row: True
    retention: float = float("inf")
    held: dict[Any, Held] = field(default_factory=dict)
    tombstones: list[Tombstone] = field(default_factory=list)
    quarantined: int = 0

    @property
    def rows(self) -> list[Row]:
        """Live ones."""
        return [held.row for held in self.held.values() if not held.deleted]

    @property
    def deleted(self) -> dict[Any, Row]:
        """Rows that soft deletes left, by key."""
        return {key: held.row for key, held in self.held.items() if held.deleted}

    def apply(self, batch: Iterable[Event], at: float = 0) -> Account:
        account = Account()
        events = [half for event in batch for half in _halves(event)]
        account.read = len(events)
        usable = []
        for event in events:
            if event.bad or event.order is None or (event.key is None and not event.truncate):
                account.refuse("bad")
                if event.order is not None and event.key is not None and not event.truncate:
                    usable.append((event, "bad"))
            else:
                usable.append((event, ""))
        emptied = self._empties([event for event, bad in usable if event.truncate and not bad], account)
        by_key = defaultdict(list)
        for event, bad in sorted(usable, key=lambda one: one[0].order):
            if not event.truncate:
                by_key[event.key].append((event, bad))
        fresh = {key: self._newest(key, seen, emptied, account) for key, seen in by_key.items()}
        self._remove_older(emptied)
        self._write(fresh, at)
        if emptied is not None and account.written and self._is_news(emptied, events):
            self.tombstones.append(Tombstone(None, emptied, at, "truncate"))
        self._expire(at)
        self.quarantined += account.quarantined
        return account

    def _is_news(self, emptied: Any, events: list[Event]) -> bool:
        return any(event.truncate and event.order == emptied and not event.bad for event in events)

    def _marked(self, kind: str) -> Any:
        return max((stone.order for stone in self.tombstones if stone.kind == kind), default=None)

    def _empties(self, truncates: list[Event], account: Account) -> Any:
        """The newest truncate known, this batch's included; the batch's own count in the account."""
        known = self._marked("truncate")
        newest = max((event.order for event in truncates), default=None)
        if newest is not None and (known is None or newest >= known):
            account.written += 1
            account.superseded += len(truncates) - 1
            return newest
        account.superseded += len(truncates)
        return known

    def _newest(
        self, key: Any, seen: list[tuple[Event, str]], emptied: Any, account: Account
    ) -> tuple[Event, Row | None] | None:
        """What the events of one key, oldest first, come to; None if nothing changes."""
        whole = self._completed(key, seen, emptied) if self.partial else [(e, bad, e.row) for e, bad in seen]
        judged = []
        for event, bad, row in whole:
            failed = not bad and row is not None and not self.rule(row)
            if failed and self.drop:
                account.dropped += 1
            elif failed:
                account.refuse("rule")
            judged.append((event, bool(bad) or failed, row))
        good = [(event, row) for event, bad, row in judged if not bad]
        if not good:
            return None
        if self.hold and judged[-1][1]:
            for _ in good:
                account.refuse("held")
            return None
        account.superseded += len(good) - 1
        event, row = good[-1]
        if self._outranked(event, emptied):
            account.superseded += 1
            return None
        floor = self._marked("expired")
        if row is not None and floor is not None and event.order <= floor and key not in self.held:
            account.refuse("too_late")
            return None
        held = self.held.get(key)
        if held is not None and held.order >= event.order and (row is not None or self.soft):
            account.superseded += 1
            return None
        account.written += 1
        return event, row

    def _outranked(self, event: Event, emptied: Any) -> bool:
        orders = [stone.order for stone in self.tombstones if stone.key == event.key]
        orders += [] if emptied is None else [emptied]
        return any(
            order > event.order or (order == event.order and event.row is not None) for order in orders
        )

    def _completed(
        self, key: Any, seen: list[tuple[Event, str]], emptied: Any
    ) -> list[tuple[Event, str, Row | None]]:
        """One event after the other on top of the row held."""
        held = self.held.get(key)
        known = [stone.order for stone in self.tombstones if stone.key == key]
        known += [] if emptied is None else [emptied]
        known += [] if held is None else [held.order]
        floor = max(known, default=None)
        shows = held is not None and not held.deleted and held.order == floor
        current: Row = dict(held.row) if held is not None and shows else {}
        made: list[tuple[Event, str, Row | None]] = []
        for event, bad in seen:
            late = floor is not None and event.order <= floor
            if bad or late or event.row is None:
                current = {} if event.row is None and not bad and not late else current
                made.append((event, bad, event.row))
                continue
            current = {**current, **{name: value for name, value in event.row.items() if value is not None}}
            made.append((event, bad, {**dict.fromkeys(event.row), **current}))
        return made

    def _remove_older(self, emptied: Any) -> None:
        for key, held in list(self.held.items()):
            if emptied is None or held.order >= emptied or held.deleted:
                continue
            if self.soft:
                self.held[key] = Held(emptied, held.row, deleted=True)
            else:
                del self.held[key]

    def _write(self, fresh: dict[Any, tuple[Event, Row | None] | None], at: float) -> None:
        for key, change in fresh.items():
            if change is None:
                continue
            event, row = change
            if row is not None:
                self.held[key] = Held(event.order, row)
            elif self.soft:
                self.held[key] = Held(event.order, event.shown or {}, deleted=True)
            else:
                self.tombstones.append(Tombstone(key, event.order, at))
                if key in self.held and self.held[key].order < event.order:
                    del self.held[key]

    def _expire(self, at: float) -> None:
        oldest = min((stone.at for stone in self.tombstones), default=at)
        if oldest >= at - 1.1 * self.retention:
            return
        gone = [stone for stone in self.tombstones if stone.at < at - self.retention]
        self.tombstones = [stone for stone in self.tombstones if stone not in gone]
        greatest = max(stone.order for stone in gone)
        self.tombstones.append(Tombstone(None, greatest, at, "expired"))


def _halves(event: Event) -> list[Event]:
    """A changed key is a delete of the old one and an upsert of the new one."""
    changed = event.before is not None and event.key is not None and event.before != event.key
    splits = changed and event.row is not None and event.order is not None and event.bad in ("", "value")
    if not splits or event.truncate:
        return [event]
    return [Event(event.before, event.order, None, shown=event.row), event]
