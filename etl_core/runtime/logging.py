"""Log lines of Strata itself, one a line, on stderr; stdout belongs to results and `--json`.

Plain text for people, JSON where a log service reads them.
"""

from __future__ import annotations

import logging
import sys
import time
from collections.abc import Mapping
from typing import Any

from pythonjsonlogger.json import JsonFormatter

from etl_core.config.secrets import redact

_NOISY = ("py4j", "pyiceberg", "botocore", "urllib3")
_FIELDS = ["levelname", "name", "message"]
_NAMES = {"levelname": "level", "name": "logger"}


def configure() -> None:
    """Log `etl_core` and the user's jobs to stderr: from INFO where nobody watches a progress display
    (CI, a pipe), from WARNING on a terminal. Times are UTC."""
    formatter = logging.Formatter("%(asctime)s %(levelname)-7s %(message)s", "%Y-%m-%dT%H:%M:%SZ")
    formatter.converter = time.gmtime
    level = logging.WARNING if sys.stderr.isatty() else logging.INFO
    _install(formatter, level, replace=False)


def configure_json(context: Mapping[str, object]) -> None:
    """One JSON object a line from INFO on, each with the fields of `context` (job, run, attempt). What
    else has put handlers on the root logger loses them: every line must be JSON."""
    _install(json_formatter(context), logging.INFO, replace=True)


def json_formatter(context: Mapping[str, object]) -> JsonFormatter:
    """`timestamp` (ISO 8601, UTC), `level`, `logger`, `message`, `exc_info` with an exception, `context`,
    and what a call passes as `extra`. Secrets are masked in every text."""
    return _Redacting(
        _FIELDS, rename_fields=_NAMES, static_fields=dict(context), timestamp=True, json_ensure_ascii=False
    )


class _Redacting(JsonFormatter):
    def process_log_record(self, log_data: dict[str, Any]) -> dict[str, Any]:
        return {name: redact(value) if isinstance(value, str) else value for name, value in log_data.items()}


def _install(formatter: logging.Formatter, level: int, *, replace: bool) -> None:
    handler = logging.StreamHandler()
    handler.setFormatter(formatter)
    logging.basicConfig(level=level, handlers=[handler], force=replace)
    for name in _NOISY:
        logging.getLogger(name).setLevel(logging.WARNING)
