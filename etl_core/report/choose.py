"""Which form of progress suits where the output goes."""

from __future__ import annotations

import sys

from etl_core.report.progress import PlainProgress, Progress


def progress(total: int, *, live: bool | None = None) -> Progress:
    """Progress of `total` tables on stderr, so that stdout stays pure. `live` None: only on a terminal."""
    if sys.stderr.isatty() if live is None else live:
        from etl_core.report.live import LiveProgress  # rich: not needed, and not there, on Glue

        return LiveProgress(total)
    return PlainProgress(total)
