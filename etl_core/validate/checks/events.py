"""Modes that resolve events by key have keys and an order; settings stand only where they mean something."""

from __future__ import annotations

from collections.abc import Iterator

from etl_core.config.models.target import EVENT_MODES, KEYED_MODES
from etl_core.config.problems import Problem
from etl_core.config.project import Project, Table
from etl_core.validate.where import problem

ORDERED = EVENT_MODES
# Setting -> the modes in which it means something; anywhere else it would be passed over in silence.
_MODES = {
    "operation_column": ("cdc",),
    "delete_when": ("cdc",),
    "truncate_when": ("cdc",),
    "before_keys": ("cdc",),
    "partial": EVENT_MODES,
    "deletes": ("cdc", "snapshot"),
    "tombstone_retention": ("cdc",),
    "sequence_by": KEYED_MODES,
    "max_deleted": ("snapshot",),
}
_SCD2_ONLY = ("effective_at", "track", "track_except")


def check(project: Project) -> Iterator[Problem]:
    for table in project.tables.values():
        yield from _keys(table)
        yield from _order(table, project)
        yield from _meaningless(table)


def _keys(table: Table) -> Iterator[Problem]:
    target = table.config.target
    if target.mode in KEYED_MODES and not target.keys:
        message = f"mode `{target.mode}` needs `keys`"
        yield problem(table, "target", message, "keys: [columns that identify a row]")


def _order(table: Table, project: Project) -> Iterator[Problem]:
    target = table.config.target
    if target.mode not in ORDERED or target.sequence_by or table.config.source is not None:
        return
    if table.config.recomputes_keys:
        return
    upstream = [source.table for source in table.config.inputs.values()]
    if any(name not in project.tables or carries_order(project.tables[name]) for name in upstream):
        return
    message = f"mode `{target.mode}` needs an order of events, and no input carries its source's own"
    yield problem(table, "target", message, "sequence_by: [columns that grow from event to event]")


def carries_order(table: Table) -> bool:
    """Tables that store a source's rows as received keep file and row number with them."""
    return table.config.source is not None and table.config.target.mode in ("append", "overwrite")


def _meaningless(table: Table) -> Iterator[Problem]:
    target = table.config.target
    for name in sorted(target.model_fields_set):
        modes = _MODES.get(name)
        if modes is not None and target.mode not in modes and getattr(target, name):
            message = f"`{name}` means nothing with mode `{target.mode}`"
            yield problem(
                table, f"target.{name}", message, f"it is for mode {' and '.join(modes)}; remove it"
            )
        if name in _SCD2_ONLY and target.history != "scd2" and getattr(target, name):
            message = f"`{name}` means nothing with history `{target.history}`"
            yield problem(table, f"target.{name}", message, "it is for history scd2; remove it")
    if target.operation_column and target.delete_when:
        message = "`operation_column` is short for a `delete_when`, and both are set"
        yield problem(table, "target.delete_when", message, "keep one")
    if target.track and target.track_except:
        yield problem(table, "target.track_except", "`track` and `track_except` are both set", "keep one")
