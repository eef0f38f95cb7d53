"""Which tables can take their quarantined rows again. Pure."""

from __future__ import annotations

from etl_core.config.project import Table
from etl_core.errors import PlanError

_WHOLE = {
    "overwrite": "each run replaces its rows as a whole",
    "overwrite_partitions": "each run replaces whole partitions",
    "snapshot": "each extract brings all rows again, and until then the old row of the key stays",
}


def refuse_requeue(table: Table) -> None:
    """Raises PlanError, with the way out, where single rows cannot be put in."""
    target = table.config.target
    if target.mode in _WHOLE:
        raise PlanError(
            f"{table.name} cannot take single rows: mode {target.mode}: {_WHOLE[target.mode]}",
            hint=f"once it is mended: strata run --full-refresh --select {table.name}",
        )
    if table.config.recomputes_keys:
        raise PlanError(
            f"{table.name} cannot take single rows: `read: changed_keys` computes them from its inputs",
            hint=f"once it is mended: strata run --full-refresh --select {table.name}",
        )
    for setting, why in (
        ("before_keys", "a changed key was split into two events"),
        ("partial", "an event was completed from the row before it"),
    ):
        if getattr(target, setting):
            raise PlanError(
                f"{table.name} cannot take single rows: with `{setting}` {why}",
                hint=_again(table),
            )


def _again(table: Table) -> str:
    """Events of a key may be read as often as one likes."""
    if table.source is None:
        return f"once it is mended: strata run --full-refresh --select {table.name}"
    return f"read their files again: strata backfill --select {table.name} --from DATE --to DATE"
