"""System columns a table stores, and contract columns it does not have yet."""

from __future__ import annotations

from etl_core.config.project import Table
from etl_core.names import (
    EPOCH,
    HISTORY_COLUMNS,
    INGESTED_AT,
    IS_DELETED,
    PHASE,
    ROW,
    RUN_ID,
    SEQ,
    SOURCE_FILE,
)
from etl_core.plan.observed import ObservedTable


def system_columns(table: Table) -> tuple[str, ...]:
    """The `_strata_*` columns of the table, in the order in which they stand in it, and what soft
    deletes and history add."""
    target = table.config.target
    if table.config.takes_events or target.mode == "snapshot":
        return (RUN_ID, INGESTED_AT, SEQ, *added_columns(table))
    if table.source is None:
        return (RUN_ID, INGESTED_AT)
    order = (EPOCH, PHASE) if table.source.type == "dms" else ()
    return (SOURCE_FILE, ROW, *order, RUN_ID, INGESTED_AT)


def added_columns(table: Table) -> tuple[str, ...]:
    """What soft deletes and history add, for readers of the table."""
    target = table.config.target
    soft = (IS_DELETED,) if target.deletes == "soft" else ()
    return (*soft, *(HISTORY_COLUMNS if target.history == "scd2" else ()))


def missing_columns(table: Table, observed: ObservedTable) -> tuple[str, ...]:
    """Contract columns that the next write adds to the table."""
    if not observed.exists or not observed.columns:
        return ()
    held = {name.lower() for name, _ in observed.columns}
    return tuple(column.name for column in table.config.columns if column.name.lower() not in held)
