"""Full extracts once more, in plain Python: a table is made from all that were applied, all at once."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

from tests.oracles.history import Interval

Row = dict[str, Any]
BAD = "bad"  # in place of a row: it was quarantined


@dataclass
class Extracts:
    """By time, what each key was then. A bad row says nothing: what was known of its key goes on."""

    tracked: tuple[str, ...] = ()
    event_time: str = ""
    applied: dict[Any, dict[Any, Row | None]] = field(default_factory=dict)

    def apply(self, at: Any, rows: dict[Any, Row | str]) -> None:
        before = self.applied.get(at)
        keys = {key for content in self.applied.values() for key in content} | rows.keys()
        content: dict[Any, Row | None] = {}
        for key in keys:
            row = rows.get(key)
            if isinstance(row, str):
                row = self.known(key) if before is None else before.get(key)
            content[key] = row
        self.applied[at] = content

    def known(self, key: Any) -> Row | None:
        return self.applied[max(self.applied)].get(key) if self.applied else None

    @property
    def rows(self) -> dict[Any, Row]:
        newest = self.applied[max(self.applied)] if self.applied else {}
        return {key: row for key, row in newest.items() if row is not None}

    def history(self) -> set[Interval]:
        keys = {key for content in self.applied.values() for key in content}
        return {interval for key in keys for interval in self._of_key(key)}

    def _of_key(self, key: Any) -> list[Interval]:
        intervals: list[Interval] = []
        state: Row | None = None
        changed_at: Any = None
        for at in sorted(self.applied):
            row = self.applied[at].get(key)
            if row is None and state is None:
                continue
            if row is not None and state is not None and all(row[c] == state[c] for c in self.tracked):
                continue
            begin = self._begin(row, at, changed_at)
            if state is not None:
                last = intervals.pop()
                intervals.append(Interval(key, last.since, begin, last.row))
            if row is not None:
                intervals.append(Interval(key, begin, None, tuple(sorted(row.items()))))
            state, changed_at = row, begin
        return intervals

    def _begin(self, row: Row | None, at: Any, changed_at: Any) -> Any:
        own = row[self.event_time] if row is not None and self.event_time else None
        return own if own is not None and own <= at and (changed_at is None or own > changed_at) else at
