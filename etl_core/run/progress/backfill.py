"""`strata backfill`: a run for each window, in the order of time."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import replace

from etl_core.plan.asked import Asked, Window
from etl_core.run.entry import Outcome, run
from etl_core.run.request import Request


def backfill(request: Request, windows: Sequence[Window]) -> Iterator[Outcome]:
    """Each window's outcome; jobs see its end as now. Stops after the first that did not go well, for a
    later window may build on an earlier one. Raises as `run` does."""
    for number, window in enumerate(windows, start=1):
        more = number < len(windows)
        one = replace(
            request,
            asked=Asked("backfill", window),
            logical_time=window.end,
            keep_session=request.keep_session or more,
        )
        outcome = run(one)
        yield outcome
        if outcome.record.exit_code:
            return
