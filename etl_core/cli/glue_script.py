"""A job script on Glue: JSON lines in the log, metrics for CloudWatch, and an exception when it fails."""

from __future__ import annotations

import json
import logging
from collections.abc import Sequence
from dataclasses import asdict, replace
from pathlib import Path

from etl_core.cli.failure import explain
from etl_core.cli.job_request import request_of
from etl_core.config.secrets import redact
from etl_core.errors import ConfigError, EtlError, RunFailed
from etl_core.report.emf import metrics_of
from etl_core.report.progress import PlainProgress
from etl_core.report.records import Launch, RunRecord, TableRecord
from etl_core.run.common.session import identify
from etl_core.run.entry import Outcome, run
from etl_core.run.request import Request
from etl_core.runtime.arguments import JobArguments, job_arguments
from etl_core.runtime.glue import glue_job, glue_run
from etl_core.runtime.logging import configure_json

log = logging.getLogger("strata.glue")
# A run that was killed holds its tables until its heartbeat is a minute old; a retry may come sooner.
LOCK_TIMEOUT = 120.0
_UNFINISHED = ("failed", "blocked", "not_started")  # `skipped` follows from these


def run_on_glue(select: str | None, script: Path, argv: Sequence[str]) -> None:
    """Run what the job's arguments ask for; returns when every table is done or had nothing new.

    Raises RunFailed with table, stage and what readers see for each that is not, so that Glue fails the
    job run and may retry it; ConfigError and other EtlErrors as they are, with every problem in the text.
    """
    this = glue_run(argv)
    context = {"job_name": this.job_name, "job_run_id": this.job_run_id, "attempt": this.attempt}
    configure_json(context)
    try:
        arguments = job_arguments(select, script, argv)
        launch = Launch(platform="glue", **asdict(this), arguments=_shown(arguments))
        run_id = arguments.run_id or identify().run_id
        configure_json({**context, "run_id": run_id})
        log.info("started", extra={"temp_dir": this.temp_dir, "arguments": launch.arguments})
        with glue_job(this):
            outcome = run(_request(arguments, run_id, launch), PlainProgress)
            _tell(outcome)
            _raise_unless_done(outcome.record)
    except EtlError as error:
        log.error(explain(error))
        raise _readable(error) from error.__cause__
    except Exception:
        log.exception("this should not happen, and is a fault of Strata or of an extension")
        raise


def _request(arguments: JobArguments, run_id: str, launch: Launch) -> Request:
    asked = "lock_timeout" in (arguments.given or {})
    wait = arguments.lock_timeout if asked else LOCK_TIMEOUT
    return replace(request_of(arguments), run_id=run_id, launch=launch, lock_timeout=wait)


def _shown(arguments: JobArguments) -> dict[str, str]:
    return {name: redact(value) for name, value in (arguments.given or {}).items()}


def _tell(outcome: Outcome) -> None:
    """The metrics as lines of their own on stdout: a log event that is nothing but JSON."""
    for document in metrics_of(outcome.record):
        print(json.dumps(document), flush=True)
    record = outcome.record
    seconds = (record.finished - record.started).total_seconds()
    extra = {"exit_code": record.exit_code, "seconds": seconds, "report": outcome.report}
    log.info("finished", extra=extra)


def _raise_unless_done(record: RunRecord) -> None:
    if record.exit_code == 0:
        return
    unfinished = [table for table in record.tables if table.status in _UNFINISHED]
    skipped = sum(table.status == "skipped" for table in record.tables)
    lines = [f"run {record.run_id}: {len(unfinished)} of {len(record.tables)} tables did not finish"]
    lines += [_line(table) for table in unfinished]
    lines += [f"{skipped} more skipped, as they read these: readers see their old data"] if skipped else []
    raise RunFailed("\n".join(lines), code=record.exit_code, hint="a retry takes up just what is not done")


def _line(table: TableRecord) -> str:
    where = f" in stage {table.stage}" if table.stage else ""
    why = redact(table.error) or "; ".join(table.notes[-1:])
    return f"{table.table} {table.status.replace('_', ' ')}{where}: {why}; {table.data_state}"


def _readable(error: EtlError) -> EtlError:
    """A configuration's problems are in the text too: Glue shows nothing else."""
    if isinstance(error, ConfigError) and error.problems:
        return ConfigError(explain(error).removeprefix("error: "), problems=error.problems)
    return error
