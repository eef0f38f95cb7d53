"""How the events of many streams arrive: lines of CSV files, batch after batch, in no order of time."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

from tests.streams.drafts import BATCHES, Event, Line, Stream

HEADER = "stream,k,ts,n,op,a,b,p"
BEGIN = datetime(2026, 1, 1)
# Names do not sort as the files come: some are late by name, others would be wrong by it.
NAMES = ("m0", "a1", "z2", "k3")
PARTITIONS = ((0, 1, 2), (1,), (0, 3), (1, 2))  # that the rows of a batch fall into
DATES = ("2026-02-01", "2026-02-02", "2026-02-03", "2026-02-04", "2026-02-05")
# Extracts by batch: one; two that waited; an older one comes late, beside a newer; the last.
ARRIVALS = ((0,), (2, 3), (1,), (4,))


@dataclass(frozen=True)
class Sent:
    """One line on its way, and where it stands."""

    stream: int
    event: Event | Line
    batch: int
    file: str
    row: int
    by_batch: bool = False
    extra: str | None = None  # a column that only some files have

    @property
    def at(self) -> datetime | None:
        ts = self.event.ts if isinstance(self.event, Event) else None
        return None if ts is None else BEGIN + timedelta(hours=ts)

    @property
    def date(self) -> datetime:
        """Of the extract, as the path says it."""
        return datetime.fromisoformat(self.file.partition("/")[0])

    @property
    def p(self) -> int:
        """Which partitions a batch has depends on the batch."""
        choice = PARTITIONS[self.batch % len(PARTITIONS)] if self.by_batch else range(3)
        return choice[(self.event.a or 0) % len(choice)]

    @property
    def row_of_values(self) -> dict[str, Any]:
        """As readers see it: what is untypable is nothing."""
        sent = self.event
        n = sent.n if isinstance(sent, Event) else None
        a = None if sent.flaw == "untypable" else sent.a
        row = {"stream": self.stream, "k": sent.k, "ts": self.at, "n": n, "a": a, "b": sent.b, "p": self.p}
        return row if self.extra is None else row | {"extra": self.extra}

    @property
    def line(self) -> str:
        sent = self.event
        if sent.flaw == "torn":
            return f"{self.stream},{_text(sent.k)}"
        values = self.row_of_values | {"op": sent.op if isinstance(sent, Event) else None}
        values["ts"] = self.at.isoformat() + "Z" if self.at else None
        values["a"] = "zz" if sent.flaw == "untypable" else sent.a
        return ",".join(_text(values[name]) for name in self.header.split(","))

    @property
    def header(self) -> str:
        return HEADER if self.extra is None else f"{HEADER},extra"


Batch = list[Sent]


def _text(value: object) -> str:
    """RFC 4180: nothing for NULL, quotes for the empty text."""
    if value is None:
        return ""
    text = str(value)
    return text if text and not set(text) & {'"', ","} else '"' + text.replace('"', '""') + '"'


def batches(streams: Mapping[int, Stream], *, by_batch: bool = False) -> list[Batch]:
    """Everything that is sent, in the order of arrival; a batch is what one run finds. `by_batch`: the
    batch decides in which partitions its rows lie."""
    lines: dict[tuple[int, str], list[tuple[int, Event | Line]]] = defaultdict(list)
    for number, stream in streams.items():
        for sent in stream:
            for place in _places(sent):
                lines[place].append((number, sent))
    made: list[Batch] = [[] for _ in range(BATCHES)]
    for (batch, file), held in sorted(lines.items()):
        for row, (number, sent) in enumerate(held, start=1):
            made[batch].append(Sent(number, sent, batch, file, row, by_batch))
    return made


def _places(sent: Event | Line) -> Sequence[tuple[int, str]]:
    if isinstance(sent, Event):
        return [(batch, f"{NAMES[batch]}-{sent.part}.csv") for batch in sent.batches]
    batch = next(number for number, extracts in enumerate(ARRIVALS) if sent.extract in extracts)
    return [(batch, f"{DATES[sent.extract]}/{sent.part}.csv")]


def write(landing: Path, batch: Batch) -> None:
    files: dict[str, list[Sent]] = defaultdict(list)
    for sent in batch:
        files[sent.file].append(sent)
    for name, sents in files.items():
        path = landing / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text("\n".join([sents[0].header, *(sent.line for sent in sents)]) + "\n")
