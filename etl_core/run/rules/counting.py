"""What is learnt of rows in the pass that writes them; never trusting an answer that did not arrive."""

from __future__ import annotations

import threading
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from pyspark.sql import Column, DataFrame, Observation
from pyspark.sql import functions as F

from etl_core.names import FLAWED

WAIT_SECONDS = 10.0
CHECKPOINT_WAIT_SECONDS = 2.0  # the job is over: the answer is on its way, or there is none
_READ_AND_BAD = {"read": "COUNT(1)", "bad": f"COUNT_IF({FLAWED})"}
Found = dict[str, Any]  # counts, and what else an aggregate gives; None for NULL


class Watched:
    """A frame of which SQL `aggregates` are known once somebody has evaluated it: an Observation.

    Spark's `Observation.get` waits for ever when the optimizer prunes the observed node (an empty source),
    so the wait is bounded. After a failed action it answers 0, of a MERGE of Delta's perhaps nothing, and a
    stage that Spark repeats counts twice: compare what comes with a count from elsewhere.

    Raises AnalysisException for aggregates that cannot be observed (`rand()`).
    """

    def __init__(self, frame: DataFrame, aggregates: Mapping[str, str]) -> None:
        self._names = aggregates.keys()
        self._observation = Observation()
        self.frame = frame.observe(self._observation, *_columns(aggregates))

    def found(self, seconds: float) -> Found | None:
        """None if no answer came, or not to every question."""
        answer: Found = {}

        def wait() -> None:
            answer.update(self._observation.get)

        thread = threading.Thread(target=wait, daemon=True, name="strata-observation")
        thread.start()
        thread.join(seconds)
        found = dict(answer)
        return found if found.keys() == self._names else None


@dataclass(frozen=True)
class Seen:
    """Rows that flowed through, and how many of them were bad."""

    read: int
    bad: int


class Counter:
    """Rows, and those of them that are flawed, counted while they are written."""

    def __init__(self, frame: DataFrame) -> None:
        self._frame = frame
        self._watched = Watched(frame, _READ_AND_BAD)
        self.observed = self._watched.frame

    def result(self, written: int) -> Seen:
        """What the write saw, reconciled with `written`, the commit's own count; else counted anew."""
        found = self._watched.found(WAIT_SECONDS)
        seen = _seen(found) if found is not None else None
        return seen if seen is not None and seen.read - seen.bad == written else count(self._frame)


def checkpointed(frame: DataFrame, aggregates: Mapping[str, str]) -> tuple[DataFrame, Found]:
    """`frame` evaluated once and held, and what SQL `aggregates` make of its rows in the same job.

    Not `persist`: a MERGE refuses a source whose plan holds the running count of rows.
    """
    watched = Watched(frame, aggregates)
    held = watched.frame.localCheckpoint()
    found = watched.found(CHECKPOINT_WAIT_SECONDS)
    return held, aggregated(held, aggregates) if found is None else found


def aggregated(frame: DataFrame, aggregates: Mapping[str, str]) -> Found:
    """The same answers by a job of their own."""
    row = frame.agg(*_columns(aggregates)).first()
    return {} if row is None else row.asDict()


def count(frame: DataFrame) -> Seen:
    return _seen(aggregated(frame, _READ_AND_BAD))


def _columns(aggregates: Mapping[str, str]) -> list[Column]:
    return [F.expr(sql).alias(name) for name, sql in aggregates.items()]


def _seen(found: Found) -> Seen:
    return Seen(int(found["read"] or 0), int(found["bad"] or 0))
