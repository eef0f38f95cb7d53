"""After a publish: what merges have marked as deleted goes, where it is a good part of the table."""

from __future__ import annotations

from etl_core.run.common.engine import Engine
from etl_core.sinks.protocol import SinkTable


def compact(engine: Engine, target: SinkTable) -> str:
    """A note for the report; "" where nothing was done."""
    share = engine.environment.compact_deleted
    if share == "never":
        return ""
    files = target.compact(float(share.rstrip("%")) / 100)
    return f"compacted: {files} files, of whose rows many were deleted, were written anew" if files else ""
