"""Streams by hypothesis: every stream is one example, hundreds of them share one table."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from random import Random
from typing import Any, Literal, TypeVar

import hypothesis
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st

T = TypeVar("T")
BATCHES = 4
EXTRACTS = 5
Flaw = Literal["", "untypable", "torn"]


@dataclass(frozen=True)
class Event:
    """One thing that happened to a key. `n` is its number in the stream; `batches`: when it is delivered
    (twice: it comes again), `part` in which of the batch's two files."""

    n: int
    k: int | None
    ts: int | None  # hours since an epoch
    op: str | None
    a: int | None
    b: str | None
    flaw: Flaw
    batches: tuple[int, ...]
    part: int


@dataclass(frozen=True)
class Line:
    """A row of the extract number `extract`."""

    extract: int
    k: int | None
    a: int | None
    b: str | None
    flaw: Flaw
    part: int


Stream = tuple[Event, ...] | tuple[Line, ...]

KEY = st.sampled_from([*[1] * 6, *[2] * 6, *[3] * 4, None])
A = st.sampled_from([0, 1, 2, 3, None])
B = st.sampled_from([None, "", "x", 'a "b", ž'])
FLAW: st.SearchStrategy[Any] = st.sampled_from([*[""] * 14, "untypable", "torn"])
PART = st.integers(0, 1)
DRAWN = st.tuples(
    KEY,
    st.sampled_from([*range(6), *range(1, 6), 1, 2, 3, None]),
    st.sampled_from([None, "I", "I", "I", "U", "U", "U", "U", "U", "U", "D", "D", "D", "D", "D", "X"]),
    A,
    B,
    FLAW,
    st.integers(0, BATCHES - 1),
    st.integers(0, 2 * BATCHES),  # delivered again in this batch, if there is one
    PART,
)


def _events(drawn: Sequence[tuple[Any, ...]]) -> Stream:
    made = []
    for n, (k, ts, op, a, b, flaw, first, again, part) in enumerate(drawn):
        batches = (first, again) if again < BATCHES else (first,)
        made.append(Event(n, k, ts, op, a, b, flaw, batches, part))
    return tuple(made)


EVENTS = st.lists(DRAWN, max_size=10).map(_events)
# A torn row makes the whole extract one that cannot be trusted.
GARBLED: st.SearchStrategy[Any] = FLAW.map(lambda flaw: flaw and "untypable")
LINE = st.builds(Line, st.integers(0, EXTRACTS - 1), KEY, A, B, GARBLED, PART)
LINES = st.lists(LINE, max_size=14).map(tuple)


def usable(stream: Stream) -> Stream:
    """Its events but for those that can only be quarantined."""
    events = (one for one in stream if isinstance(one, Event))
    return tuple(one for one in events if not one.flaw and None not in (one.k, one.ts) and one.op != "X")


def redelivered(stream: Stream, chance: Random) -> Stream:
    """The same events in another order, other batches, repeated or not."""
    events = [one for one in stream if isinstance(one, Event)]
    return tuple(
        replace(
            one,
            batches=tuple(chance.sample(range(BATCHES), chance.choice([1, 1, 2]))),
            part=chance.randrange(2),
        )
        for one in chance.sample(events, len(events))
    )


def draw(streams: st.SearchStrategy[T], count: int, seed: int) -> list[T]:
    """The same ones for the same seed."""
    drawn: list[T] = []

    @hypothesis.seed(seed)
    @settings(
        max_examples=count,
        phases=[Phase.generate],
        database=None,
        deadline=None,
        derandomize=False,
        suppress_health_check=list(HealthCheck),
    )
    @given(streams)
    def collect(stream: T) -> None:
        drawn.append(stream)

    collect()
    return drawn
