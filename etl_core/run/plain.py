"""Stage `prepare` for modes in which every row stands for itself: append and overwrite."""

from __future__ import annotations

from pyspark.sql import DataFrame

from etl_core.report.records import RowCounts
from etl_core.run.batch import Batch, finished, is_bad
from etl_core.run.context import Run
from etl_core.run.counting import Counter, count


def prepare(typed: DataFrame, run: Run, *, judged: bool) -> Batch:
    """Good rows and bad rows.

    Without rules nothing is read twice: the counts come from the pass that writes. With rules the
    typed rows are kept, for the rules read them several times.
    """
    if not judged:
        counter = Counter(typed, is_bad())
        return Batch(
            rows=finished(counter.observed.where(~is_bad()), run),
            rejected=typed.where(is_bad()),
            counter=counter,
        )
    kept = typed.persist()
    seen = count(kept, is_bad())
    return Batch(
        rows=finished(kept.where(~is_bad()), run),
        rejected=kept.where(is_bad()) if seen.bad else None,
        counts=RowCounts(read=seen.read, written=seen.read - seen.bad, quarantined=seen.bad),
        release=(kept.unpersist,),
    )
