"""What Strata does with plain Parquet folders."""

from __future__ import annotations

from etl_core.sinks.capabilities import CAPABILITIES, Capabilities

_NO_ROWS = "a Parquet folder has no way to change single rows; use format: iceberg"

CAPABILITIES.add(
    "parquet",
    Capabilities(
        modes=frozenset({"append", "overwrite"}),
        incremental_read=True,
        refusals=tuple((mode, _NO_ROWS) for mode in ("merge", "cdc", "snapshot", "overwrite_partitions")),
    ),
)
