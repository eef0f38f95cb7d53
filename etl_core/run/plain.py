"""Stage `prepare` for modes in which every row stands for itself: append and the overwrites."""

from __future__ import annotations

from pyspark.sql import DataFrame
from pyspark.sql import functions as F

from etl_core.names import ERRORS, FLAWED, PROBLEM, RAW_LINE
from etl_core.report.records import RowCounts
from etl_core.run.batch import Batch, Write, finished
from etl_core.run.context import Run
from etl_core.run.counting import Counter, count

WRITES: dict[str, Write] = {
    "append": "append",
    "overwrite": "overwrite",
    "overwrite_partitions": "overwrite_partitions",
}


def prepare(typed: DataFrame, run: Run, *, write: Write, judged: bool) -> Batch:
    """Good rows and bad rows.

    Without rules nothing is read twice: the counts come from the pass that writes, which only carries
    whether a row is flawed; the errors themselves are made when there are any. With rules the typed
    rows are kept, for the rules read them several times.
    """
    flawed = F.col(FLAWED)
    if not judged:
        counter = Counter(typed.drop(ERRORS, PROBLEM, RAW_LINE), flawed)
        return Batch(
            write=write,
            rows=finished(counter.observed.where(~flawed), run),
            rejected=typed.where(flawed),
            counter=counter,
        )
    kept = typed.persist()
    seen = count(kept, flawed)
    return Batch(
        write=write,
        rows=finished(kept.where(~flawed), run),
        rejected=kept.where(flawed) if seen.bad else None,
        counts=RowCounts(read=seen.read, written=seen.read - seen.bad, quarantined=seen.bad),
        release=(kept.unpersist,),
    )
