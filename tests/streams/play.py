"""Streams through a table, compared with the oracle after every batch."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any

from etl_core.report.records import RowCounts, TableRecord
from tests.oracles.events import Account
from tests.streams.delivery import Batch, Sent
from tests.streams.expect import UNSAID, Oracle
from tests.streams.modes import Mode
from tests.streams.table import Table

Rows = list[tuple[Any, ...]]
Difference = tuple[int | None, Any, Any]  # the stream, expected, found


@dataclass(frozen=True)
class Wrong:
    """The first difference of a stream; `stream` is None where only the whole table's account differs."""

    stream: int | None
    batch: int
    expected: Any
    found: Any
    sent: tuple[Sent, ...] = ()

    def __str__(self) -> str:
        whose = "the account" if self.stream is None else f"stream {self.stream}"
        lines = [f"{whose} is wrong after batch {self.batch}"]
        lines += [f"  batch {s.batch} {s.file}:{s.row}  {s.line}" for s in self.sent if s.batch <= self.batch]
        return "\n".join([*lines, *_listed("expected", self.expected), *_listed("found", self.found)])


def _listed(title: str, value: Any) -> list[str]:
    return [title, *(f"  {row}" for row in value)] if isinstance(value, list) else [f"{title}: {value}"]


def play(table: Table, mode: Mode, sent: Sequence[Batch]) -> list[Wrong]:
    """Sends the batches until anything differs after one. Empty: all is as it must be."""
    oracle = mode.oracle()
    for number, batch in enumerate(sent):
        account = oracle.apply(batch, number) if batch else Account()
        record = table.run(batch)
        wrong = _rows(table, mode, oracle) + _account(record, account)
        if not wrong and table.quarantined() != oracle.quarantined:
            wrong = [(None, f"{oracle.quarantined} rows quarantined", table.quarantined())]
        if wrong:
            return [_told(stream, number, expected, found, sent) for stream, expected, found in wrong]
    again = table.run([])
    assert again.status == "nothing_new", again
    return []


def _rows(table: Table, mode: Mode, oracle: Oracle) -> list[Difference]:
    expected, found = by_stream(oracle.rows, mode.stored), by_stream(table.rows(), mode.stored)
    every = sorted(expected.keys() | found.keys())
    return [(n, expected[n], found[n]) for n in every if Counter(expected[n]) != Counter(found[n])]


def by_stream(rows: Iterable[dict[str, Any]], columns: tuple[str, ...]) -> dict[int, Rows]:
    grouped: dict[int, Rows] = defaultdict(list)
    for row in rows:
        assert row.keys() == set(columns), row
        grouped[row["stream"]].append(tuple(row[name] for name in columns))
    for held in grouped.values():
        held.sort(key=repr)
    return grouped


def _account(record: TableRecord, account: Account) -> list[Difference]:
    """Every row that was read is accounted for, as the oracle does it where it knows."""
    found = record.rows.model_dump()
    expected = {name: getattr(account, name) for name in RowCounts.model_fields}
    whole = found["read"] == sum(found.values()) - found["read"]
    same = all(count in (found[name], UNSAID) for name, count in expected.items())
    return [] if whole and same else [(None, expected, found)]


def _told(stream: int | None, batch: int, expected: Any, found: Any, sent: Sequence[Batch]) -> Wrong:
    own = tuple(one for batch in sent for one in batch if one.stream == stream)
    return Wrong(stream, batch, expected, found, own)
