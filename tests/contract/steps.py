"""The steps of the story in story.py: what arrives, and what disturbs the run."""

from __future__ import annotations

from dataclasses import dataclass

from tests.streams.delivery import Sent
from tests.streams.drafts import Event, Flaw, Line

Lines = tuple[tuple[int, int, str, int], ...]  # key, hour, operation, value


@dataclass(frozen=True)
class Step:
    """`events` for the modes that take rows or events, `extract` (key -> value) for snapshots; None: no
    file. `how` disturbs the run. `bad`: none of the values can be used."""

    name: str
    events: Lines | None = None
    extract: dict[int, int] | None = None
    date: str = ""
    how: str = ""
    bad: tuple[int, ...] = ()
    extra: str | None = None


STEPS = (
    Step("insert", ((1, 1, "I", 10), (2, 1, "I", 20), (3, 1, "I", 30), (4, 1, "I", 40)),
         {1: 10, 2: 20, 3: 30, 4: 40}, "2026-02-01"),
    Step("update", ((1, 3, "U", 11), (3, 3, "U", 31)), {1: 11, 2: 20, 3: 31, 4: 40}, "2026-02-02"),
    Step("delete", ((2, 3, "D", 0), (4, 3, "D", 0)), {1: 11, 3: 31}, "2026-02-03"),
    Step("late", ((1, 2, "U", 12), (2, 2, "U", 22)), {1: 99, 5: 50}, "2026-01-15"),
    Step("revive", ((4, 4, "I", 41),), {1: 11, 3: 31, 4: 41}, "2026-02-05"),
    Step("replay", ((1, 3, "U", 11), (3, 3, "U", 31), (2, 3, "D", 0)), how="touch"),
    Step("nothing new"),
    Step("empty batch", (), {}, "2026-02-06"),
    Step("all rows bad", ((1, 9, "U", 0), (3, 9, "U", 0)), {1: 0, 3: 0, 4: 0}, "2026-02-07", bad=(1, 3, 4)),
    Step("drift", ((3, 10, "U", 32),), {1: 11, 3: 32, 4: 41}, "2026-02-08", extra="new"),
    Step("compaction", ((1, 11, "U", 13),), {1: 13, 3: 32, 4: 41}, "2026-02-09", how="compact"),
    Step("expiry", ((4, 12, "U", 42),), {1: 13, 3: 32, 4: 42}, "2026-02-10", how="expire"),
    Step("publish failed", ((5, 13, "I", 50), (4, 13, "D", 0), (6, 13, "I", 0)),
         {1: 13, 3: 32, 5: 50, 6: 0}, "2026-02-11", how="fail before", bad=(6,)),
    Step("run again", how="again"),
    Step("answer lost", ((7, 15, "I", 70), (3, 15, "D", 0), (8, 15, "I", 0)),
         {1: 13, 5: 50, 7: 70, 8: 0}, "2026-02-12", how="fail after", bad=(8,)),
    Step("run once more", how="again"),
    Step("late after all", ((3, 14, "U", 33), (1, 16, "U", 14)), {1: 14, 5: 50, 7: 70}, "2026-02-13"),
    Step("rewind", how="rewind"),
    Step("run after rewind", how="again"),
)  # fmt: skip


def sent(number: int, step: Step, *, snapshot: bool) -> list[Sent] | None:
    """The lines of a step's file; None: there is no file."""

    def flaw(key: int) -> Flaw:
        return "untypable" if key in step.bad else ""

    if snapshot:
        if step.extract is None:
            return None
        file = f"{step.date}/all.csv"
        rows = [Line(number, key, value, None, flaw(key), 0) for key, value in step.extract.items()]
        return [Sent(0, line, number, file, row, extra=step.extra) for row, line in enumerate(rows, 1)]
    if step.events is None:
        return None
    made = [
        Event(100 * number + row, key, hour, op, value, None, flaw(key), (number,), 0)
        for row, (key, hour, op, value) in enumerate(step.events, 1)
    ]
    file = f"{number:02d}.csv"
    return [Sent(0, one, number, file, row, True, step.extra) for row, one in enumerate(made, 1)]
