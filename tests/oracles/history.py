"""History in event time once more, in plain Python: made from the set of all events, all at once."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

Row = dict[str, Any]


@dataclass(frozen=True)
class Happening:
    """`at`: event time; `order`: greater is newer. `row`: None for a delete. `key`: None deletes all."""

    key: Any
    at: Any
    order: Any
    row: Row | None


@dataclass(frozen=True)
class Interval:
    """Half-open; `until` is None while it lasts."""

    key: Any
    since: Any
    until: Any
    row: tuple[tuple[str, Any], ...]


def history(happenings: Iterable[Happening], tracked: Iterable[str]) -> set[Interval]:
    everything = list(happenings)
    keys = {one.key for one in everything if one.key is not None}
    return {interval for key in keys for interval in _of_key(key, everything, tuple(tracked))}


def _of_key(key: Any, everything: list[Happening], tracked: tuple[str, ...]) -> list[Interval]:
    newest: dict[Any, Happening] = {}
    for one in everything:
        if one.key in (key, None) and (one.at not in newest or one.order > newest[one.at].order):
            newest[one.at] = one
    intervals: list[Interval] = []
    state: Row | None = None
    for at in sorted(newest):
        row = newest[at].row
        goes_on = row is not None and state is not None and all(row[c] == state[c] for c in tracked)
        if goes_on:
            continue
        if state is not None:
            last = intervals.pop()
            intervals.append(Interval(key, last.since, at, last.row))
        if row is not None:
            intervals.append(Interval(key, at, None, tuple(sorted(row.items()))))
        state = row
    return intervals
