"""The Glue job around a run: who started it, Job.init and Job.commit, and a clean end.

awsglue is there on Glue only, so it is imported when a job runs.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass

from etl_core.runtime.jvm import stop_callbacks

# Glue gives each retry an id of its own: that of the first run with this ending.
_ATTEMPT = re.compile(r"_attempt_(\d+)$")


@dataclass(frozen=True)
class GlueRun:
    """`attempt` counts from 0, as Glue's own `Attempt` does; more than 0 is a retry."""

    job_name: str
    job_run_id: str
    attempt: int
    temp_dir: str


def glue_run(argv: Sequence[str]) -> GlueRun:
    """Who runs, from the arguments that Glue itself passes."""
    from awsglue.utils import getResolvedOptions

    options = getResolvedOptions(["", *argv], ["JOB_NAME"])
    run_id = options.get("JOB_RUN_ID") or ""
    retry = _ATTEMPT.search(run_id)
    return GlueRun(
        job_name=options["JOB_NAME"],
        job_run_id=run_id,
        attempt=int(retry[1]) if retry else 0,
        temp_dir=options.get("TempDir") or "",
    )


@contextmanager
def glue_job(run: GlueRun) -> Iterator[None]:
    """Job.init before the block and Job.commit after it, unless it raises. Callback servers are stopped
    either way: a job whose threads listen on never ends.

    The Spark context is started here, with the settings of the job's `--conf`; sessions join it.
    """
    from awsglue.context import GlueContext
    from awsglue.job import Job
    from pyspark.context import SparkContext

    job = Job(GlueContext(SparkContext.getOrCreate()))
    job.init(run.job_name, {})
    try:
        yield
        job.commit()
    finally:
        stop_callbacks()
