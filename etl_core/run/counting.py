"""Counting rows in the pass that writes them, and never trusting a count that did not arrive."""

from __future__ import annotations

import threading
from collections.abc import Mapping
from dataclasses import dataclass

from pyspark.sql import Column, DataFrame, Observation
from pyspark.sql import functions as F

WAIT_SECONDS = 10.0
CHECKPOINT_WAIT_SECONDS = 2.0  # the job is over: the answer is on its way, or there is none


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
        found = _get(self._observation, WAIT_SECONDS)
        seen = _seen(found) if "read" in found else None
        if seen is None or seen.read - seen.bad != written:
            return count(self._frame, self._bad)
        return seen


def checkpointed(frame: DataFrame, aggregates: Mapping[str, str]) -> tuple[DataFrame, dict[str, int | None]]:
    """`frame` evaluated once and held, and what SQL `aggregates` make of its rows in the same job.

    Not `persist`: a MERGE refuses a source whose plan holds the running count of rows.
    """
    columns = [F.expr(sql).alias(name) for name, sql in aggregates.items()]
    observation = Observation()
    held = frame.observe(observation, *columns).localCheckpoint()
    found = _get(observation, CHECKPOINT_WAIT_SECONDS)
    if found.keys() != aggregates.keys():
        row = held.agg(*columns).first()
        found = {} if row is None else row.asDict()
    return held, found


def count(frame: DataFrame, bad: Column) -> Seen:
    """The same two counts by an aggregate of their own."""
    row = frame.agg(*_counts(bad)).first()
    return _seen(row.asDict()) if row is not None else Seen(0, 0)


def _seen(found: Mapping[str, int | None]) -> Seen:
    return Seen(int(found["read"] or 0), int(found["bad"] or 0))


def _counts(bad: Column) -> tuple[Column, Column]:
    return F.count(F.lit(1)).alias("read"), F.count_if(bad).alias("bad")


def _get(observation: Observation, seconds: float) -> dict[str, int | None]:
    """Empty if no answer came."""
    answer: dict[str, int | None] = {}

    def wait() -> None:
        answer.update(observation.get)

    thread = threading.Thread(target=wait, daemon=True, name="strata-observation")
    thread.start()
    thread.join(seconds)
    return dict(answer)
