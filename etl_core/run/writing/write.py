"""Stages `write` and `publish`: stage the batch, judge the table it would make, publish or give up."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from pyspark.sql import DataFrame
from tenacity import Retrying, retry_if_exception_type, stop_after_attempt

from etl_core.errors import Moved, QualityError, SinkError
from etl_core.run.common.batch import Write
from etl_core.run.common.staged import Staged, UnsureError
from etl_core.sinks.protocol import Published, SinkTable, Staging, When
from etl_core.state.models import TableState

TRIES = 3
Judge = Callable[[Staged], None]  # raises QualityError when what is staged must not be published
Stamp = Callable[[int | None], TableState]  # rows written, if known yet -> the state to publish with them


@dataclass(frozen=True)
class Job:
    """What is written, and how. `has_instead`: where that fails, there is another way to write the batch."""

    rows: DataFrame
    write: Write
    when: When
    run_id: str
    has_instead: bool = False


def write_and_publish(target: SinkTable, job: Job, *, judge: Judge, stamp: Stamp) -> Published:
    """What readers see then.

    Redone, three times at most, when only a compaction moved the table meanwhile.

    Raises QualityError (the staged batch is kept for inspection), UnsureError, SinkError, PublishError.
    """
    retrying = Retrying(retry=retry_if_exception_type(Moved), stop=stop_after_attempt(TRIES), reraise=True)
    return retrying(_attempt, target, job, judge=judge, stamp=stamp)


def _attempt(target: SinkTable, job: Job, *, judge: Judge, stamp: Stamp) -> Published:
    staging = target.begin(job.run_id)
    try:
        written = _write(target, staging, job)
        judge(Staged(target, staging, written))
        return target.publish(staging, stamp(written))
    except Exception as error:
        target.discard(staging, keep=isinstance(error, QualityError))
        raise


def _write(target: SinkTable, staging: Staging, job: Job) -> int | None:
    """Raises UnsureError where a rule may be what failed, which harms no other if it is judged before."""
    try:
        return _staged(target, staging, job)
    except SinkError as error:
        if job.has_instead:
            raise UnsureError(error.message) from error
        raise


def _staged(target: SinkTable, staging: Staging, job: Job) -> int | None:
    if job.write == "apply":
        return target.apply(staging, job.rows, when=job.when)
    if job.write == "append":
        return target.append(staging, job.rows)
    if job.write == "overwrite":
        return target.overwrite(staging, job.rows)
    return target.overwrite_partitions(staging, job.rows)
