"""What a plan is made for: an ordinary run, a full refresh, or a backfill of a window of time."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Literal

from etl_core.errors import PlanError

Kind = Literal["run", "full refresh", "backfill"]


@dataclass(frozen=True)
class Window:
    """From `start`, inclusive, to `end`, exclusive; both with a zone."""

    start: datetime
    end: datetime

    def __contains__(self, moment: datetime) -> bool:
        return self.start <= moment < self.end


@dataclass(frozen=True)
class Asked:
    """`window` is a backfill's. `allow_vanished`: a full refresh may lose rows of files that are gone."""

    kind: Kind = "run"
    window: Window | None = None
    allow_vanished: bool = False

    @property
    def rebuilds(self) -> bool:
        """The table is made anew, as if nothing had been read."""
        return self.kind == "full refresh"

    @property
    def rereads(self) -> bool:
        """Files that were read already are looked at again."""
        return self.kind != "run"


ORDINARY = Asked()


def asked_of(*, full_refresh: bool, allow_vanished: bool) -> Asked:
    """As the options of `strata run` and `strata plan` say. Raises PlanError if they contradict."""
    if allow_vanished and not full_refresh:
        raise PlanError("--allow-vanished is about a full refresh", hint="add --full-refresh")
    return Asked("full refresh", allow_vanished=allow_vanished) if full_refresh else ORDINARY


def windows(start: datetime, end: datetime, every: timedelta | None = None) -> Iterator[Window]:
    """The window, or its parts of length `every` in order; the last one may be shorter.

    Raises PlanError if `end` is not after `start`.
    """
    if end <= start:
        raise PlanError(
            f"the window ends at {end:%Y-%m-%dT%H:%M:%S}, which is not after its start",
            hint="--to is the first moment that is no longer part of it",
        )
    step = every or end - start
    while start < end:
        yield Window(start, min(start + step, end))
        start += step
