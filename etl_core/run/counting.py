"""Counting rows in the pass that writes them, and never trusting a count that did not arrive."""

from __future__ import annotations

import threading
from dataclasses import dataclass

from pyspark.sql import Column, DataFrame, Observation
from pyspark.sql import functions as F

WAIT_SECONDS = 10.0


@dataclass(frozen=True)
class Seen:
    """Rows that flowed through, and how many of them were bad."""

    read: int
    bad: int


class Counter:
    """An Observation with a time limit.

    Spark's `Observation.get` waits for ever when the optimizer prunes the observed node (an empty
    source), so the wait is bounded and an absent answer is replaced by an aggregate, never by 0.
    """

    def __init__(self, frame: DataFrame, bad: Column) -> None:
        self._frame = frame
        self._bad = bad
        self._observation = Observation()
        self.observed = frame.observe(self._observation, *_counts(bad))

    def result(self, written: int) -> Seen:
        """What the write saw, reconciled with `written`, the commit's own count."""
        seen = _get(self._observation)
        if seen is None or seen.read - seen.bad != written:
            return count(self._frame, self._bad)
        return seen


def count(frame: DataFrame, bad: Column) -> Seen:
    """The same two counts by an aggregate of their own."""
    row = frame.agg(*_counts(bad)).first()
    return Seen(int(row["read"]), int(row["bad"] or 0)) if row is not None else Seen(0, 0)


def _counts(bad: Column) -> tuple[Column, Column]:
    return F.count(F.lit(1)).alias("read"), F.count_if(bad).alias("bad")


def _get(observation: Observation) -> Seen | None:
    answer: list[Seen] = []

    def wait() -> None:
        metrics = observation.get
        if "read" in metrics:
            answer.append(Seen(int(metrics["read"]), int(metrics["bad"] or 0)))

    thread = threading.Thread(target=wait, daemon=True, name="strata-observation")
    thread.start()
    thread.join(WAIT_SECONDS)
    return answer[0] if answer else None
