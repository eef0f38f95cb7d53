"""Log lines of Strata itself: plain, one a line, on stderr; stdout belongs to results and `--json`."""

from __future__ import annotations

import logging
import sys
import time

_NOISY = ("py4j", "pyiceberg", "botocore", "urllib3")


def configure() -> None:
    """Log `etl_core` and the user's jobs to stderr: from INFO where nobody watches a progress display
    (CI, Glue, a pipe), from WARNING on a terminal. Times are UTC."""
    handler = logging.StreamHandler()
    formatter = logging.Formatter("%(asctime)s %(levelname)-7s %(message)s", "%Y-%m-%dT%H:%M:%SZ")
    formatter.converter = time.gmtime
    handler.setFormatter(formatter)
    level = logging.WARNING if sys.stderr.isatty() else logging.INFO
    logging.basicConfig(level=level, handlers=[handler])
    for name in _NOISY:
        logging.getLogger(name).setLevel(logging.WARNING)
