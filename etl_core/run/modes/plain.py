"""Stage `prepare` for modes in which every row stands for itself: append and the overwrites."""

from __future__ import annotations

from dataclasses import replace
from functools import partial

from pyspark.sql import DataFrame
from pyspark.sql import functions as F

from etl_core.names import ERRORS, FLAWED, PROBLEM, RAW_LINE
from etl_core.report.records import RowCounts
from etl_core.run.common.batch import Batch, Write, finished
from etl_core.run.common.context import Run
from etl_core.run.common.staged import Staged
from etl_core.run.common.task import Task
from etl_core.run.rules.counting import Counter, count
from etl_core.run.rules.in_pass import in_pass

WRITES: dict[str, Write] = {
    "append": "append",
    "overwrite": "overwrite",
    "overwrite_partitions": "overwrite_partitions",
}


def prepare(task: Task, typed: DataFrame) -> Batch:
    """Good rows and bad rows.

    Nothing is read twice: counts, and what rules have to know, come from the pass that writes, which only
    carries whether a row is flawed; the errors themselves are made when there are any, by reading the
    source again: keeping all rows for that while they are written costs more. Where rules need more than
    that the typed rows are kept.
    """
    write = WRITES[task.table.config.target.mode]
    if not task.table.config.quality.rules:
        return _counted(typed, task.run, write)
    judging = in_pass(task, typed)
    if judging is None:
        return kept(typed, task.run, write)
    return Batch(
        write=write,
        rows=judging.rows,
        judged=True,
        settle=judging.settle,
        instead=partial(kept, typed, task.run, write),
    )


def kept(typed: DataFrame, run: Run, write: Write) -> Batch:
    """Rows that are held, for rules to judge before they are written."""
    held = typed.persist()
    seen = count(held)
    return Batch(
        write=write,
        rows=finished(held.where(~F.col(FLAWED)), run),
        rejected=held.where(FLAWED) if seen.bad else None,
        counts=RowCounts(read=seen.read, written=seen.read - seen.bad, quarantined=seen.bad),
        release=(held.unpersist,),
    )


def _counted(typed: DataFrame, run: Run, write: Write) -> Batch:
    counter = Counter(typed.drop(ERRORS, PROBLEM, RAW_LINE))

    def settle(batch: Batch, staged: Staged) -> Batch:
        assert staged.written is not None
        seen = counter.result(staged.written)
        counts = RowCounts(read=seen.read, written=staged.written, quarantined=seen.bad)
        return replace(batch, counts=counts, rejected=typed.where(FLAWED) if seen.bad else None)

    return Batch(write=write, rows=finished(counter.observed.where(~F.col(FLAWED)), run), settle=settle)
