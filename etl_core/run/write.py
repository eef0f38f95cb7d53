"""Stages `write` and `publish`: stage the batch, judge the table it would make, publish or give up."""

from __future__ import annotations

from collections.abc import Callable

from pyspark.sql import DataFrame
from tenacity import Retrying, retry_if_exception_type, stop_after_attempt

from etl_core.config.models.target import EVENT_MODES, Mode
from etl_core.errors import Moved, QualityError, SinkError
from etl_core.sinks.protocol import SinkTable, Staging
from etl_core.state.models import TableState

TRIES = 3
Judge = Callable[[DataFrame], None]  # raises QualityError when the candidate must not be published
Stamp = Callable[[int], TableState]  # rows written -> the state to publish with them


def write_and_publish(
    target: SinkTable, rows: DataFrame, run_id: str, *, mode: Mode, judge: Judge, stamp: Stamp
) -> str:
    """The snapshot that readers see then.

    Redone, three times at most, when only a compaction moved the table meanwhile.

    Raises QualityError (the staged batch is kept for inspection), SinkError, PublishError.
    """
    retrying = Retrying(retry=retry_if_exception_type(Moved), stop=stop_after_attempt(TRIES), reraise=True)
    return retrying(_attempt, target, rows, run_id, mode=mode, judge=judge, stamp=stamp)


def _attempt(
    target: SinkTable, rows: DataFrame, run_id: str, *, mode: Mode, judge: Judge, stamp: Stamp
) -> str:
    staging = target.begin(run_id)
    try:
        written = _write(target, staging, rows, mode)
        judge(target.candidate(staging))
        return target.publish(staging, stamp(written))
    except Exception as error:
        target.discard(staging, keep=isinstance(error, QualityError))
        raise


def _write(target: SinkTable, staging: Staging, rows: DataFrame, mode: Mode) -> int:
    if mode == "append":
        return target.append(staging, rows)
    if mode == "overwrite":
        return target.overwrite(staging, rows)
    if mode in EVENT_MODES:
        return target.apply(staging, rows)
    raise SinkError(f"mode {mode!r} is not available", hint="`strata validate` lists what each format can do")
