"""A commit of a table, as all formats tell of it. Free of any engine: observers use it without a JVM."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True)
class Commit:
    """One commit on the table's visible line. `operation`: append | overwrite | delete | replace."""

    snapshot: str
    operation: str
    run_id: str  # "" if not written by Strata
