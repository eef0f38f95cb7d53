"""Who hears of a run: a message to the environment's SNS topic, where something went wrong.

The run is over by then, and its record and report are written: a message that cannot be sent is said there
and in the log, and changes neither the tables nor the exit code.
"""

from __future__ import annotations

import logging

from etl_core.config.models.environment import EnvironmentConfig
from etl_core.errors import EtlError
from etl_core.report.notification import happened, message_of
from etl_core.report.records import RunRecord
from etl_core.runtime.sns import publish

log = logging.getLogger(__name__)


def notify(environment: EnvironmentConfig, record: RunRecord, report: str) -> RunRecord:
    """Send the run's message, if it is one to be sent. The record, with a warning if that failed."""
    asked = environment.notify
    if asked is None or not set(asked.on).intersection(happened(record)):
        return record
    try:
        message = message_of(record, report)
        publish(asked.sns, message.subject, message.text, message.attributes)
    except Exception as error:
        warning = f"nobody was told of this run: {_said(error)}"
        log.warning("%s", warning, exc_info=log.isEnabledFor(logging.DEBUG))
        return record.model_copy(update={"warnings": (*record.warnings, warning)})
    return record


def _said(error: Exception) -> str:
    if isinstance(error, EtlError):
        return "; ".join(filter(None, (error.message, error.hint)))
    return f"{type(error).__name__}: {error}"
