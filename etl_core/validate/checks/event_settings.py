"""What a contract asks of events fits together: soft deletes, truncates, changed keys, partial updates."""

from __future__ import annotations

from collections.abc import Iterator

from etl_core.config.models.target import EVENT_MODES
from etl_core.config.problems import Problem
from etl_core.config.project import Project, Table
from etl_core.names import IS_DELETED
from etl_core.validate.where import problem


def check(project: Project) -> Iterator[Problem]:
    for table in project.tables.values():
        yield from _soft_deletes(table)
        yield from _tombstones(table)
        yield from _before_keys(table)
        yield from _partial(table)
        yield from _hold(table)


def _soft_deletes(table: Table) -> Iterator[Problem]:
    target = table.config.target
    if target.deletes != "soft":
        return
    for number, column in enumerate(table.config.columns):
        if column.name.lower() == IS_DELETED:
            message = f"column `{column.name}` clashes with the column that soft deletes add to the table"
            hint = "declare it under another name with `source:`, or set deletes: hard"
            yield problem(table, f"columns.{number}.name", message, hint)
    if target.history == "scd2":
        message = "history `scd2` keeps what was deleted as closed intervals and has no soft deletes"
        yield problem(table, "target.deletes", message, "remove it")


def _tombstones(table: Table) -> Iterator[Problem]:
    target = table.config.target
    given = "tombstone_retention" in target.model_fields_set
    if given and target.mode == "cdc" and target.deletes == "soft" and not target.truncate_when:
        message = "`tombstone_retention` means nothing with soft deletes: the deleted rows stay in the table"
        yield problem(table, "target.tombstone_retention", message, "remove it")


def _before_keys(table: Table) -> Iterator[Problem]:
    target = table.config.target
    before, path = target.before_keys, "target.before_keys"
    if not before:
        return
    if len(before) != len(target.keys):
        message = f"`before_keys` names {len(before)} column(s) for {len(target.keys)} key(s)"
        yield problem(table, path, message, "name one column for each of `keys`, in their order")
    if same := [name for name in before if name in target.keys]:
        message = f"`before_keys` names {same[0]}, which is a key itself"
        yield problem(table, path, message, "name the columns that hold the key as it was before the update")
    if target.partial:
        message = "with `partial` a row that changes its key would lose what the event leaves NULL"
        yield problem(table, path, message, "keep one of `before_keys` and `partial`")


def _partial(table: Table) -> Iterator[Problem]:
    target = table.config.target
    if not target.partial:
        return
    if target.history == "scd2":
        message = "`partial` is for history `scd1`: a late event would change every interval after its own"
        yield problem(table, "target.partial", message, "send whole rows, or keep history scd1")
    needed = (*target.keys, *target.sequence_by)
    for number, column in enumerate(table.config.columns):
        if not column.nullable and column.name not in needed:
            message = f"column `{column.name}` is not nullable, but with `partial` an event may leave it NULL"
            hint = f'remove `nullable: false` and write the rule IsComplete "{column.name}"'
            yield problem(table, f"columns.{number}.nullable", message, hint)


def _hold(table: Table) -> Iterator[Problem]:
    config = table.config
    if "rows_hold_key" in config.quality.model_fields_set and config.target.mode not in EVENT_MODES:
        message = f"`rows_hold_key` means nothing with mode `{config.target.mode}`"
        yield problem(table, "quality.rows_hold_key", message, "it is for mode merge and cdc; remove it")
