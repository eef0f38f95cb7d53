"""System columns a table stores, and contract columns it does not have yet."""

from __future__ import annotations

from etl_core.config.project import Table
from etl_core.names import EPOCH, INGESTED_AT, PHASE, ROW, RUN_ID, SEQ, SOURCE_FILE
from etl_core.plan.observed import ObservedTable


def system_columns(table: Table) -> tuple[str, ...]:
    """The `_strata_*` columns of the table, in the order in which they stand in it."""
    if table.config.target.takes_events:
        return (RUN_ID, INGESTED_AT, SEQ)
    if table.source is None:
        return (RUN_ID, INGESTED_AT)
    order = (EPOCH, PHASE) if table.source.type == "dms" else ()
    return (SOURCE_FILE, ROW, *order, RUN_ID, INGESTED_AT)


def missing_columns(table: Table, observed: ObservedTable) -> tuple[str, ...]:
    """Contract columns that the next write adds to the table."""
    if not observed.exists or not observed.columns:
        return ()
    held = {name.lower() for name, _ in observed.columns}
    return tuple(column.name for column in table.config.columns if column.name.lower() not in held)
