"""Strata: raw to enriched with checked tables. A job needs `table` and, for its run's time, `Run`."""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING, Any

from etl_core.version import __version__

if TYPE_CHECKING:
    from etl_core.job import TableJob, run_selection, table
    from etl_core.run.common.context import Run

__all__ = ["Run", "TableJob", "__version__", "run_selection", "table"]


# Loaded on first use: `strata --help` imports this package, and must not wait for the rest.
_HOME = {
    "table": "etl_core.job",
    "TableJob": "etl_core.job",
    "run_selection": "etl_core.job",
    "Run": "etl_core.run.common.context",
}


def __getattr__(name: str) -> Any:
    if name not in _HOME:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    return getattr(import_module(_HOME[name]), name)
