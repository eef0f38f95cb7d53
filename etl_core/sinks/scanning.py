"""A table's rows without a JVM, for `strata show`: one `scan.py` a sink folder."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass

from etl_core.config.models.environment import EnvironmentConfig
from etl_core.config.project import Table
from etl_core.errors import SourceError
from etl_core.names import SYSTEM_PREFIX, side_table
from etl_core.registry import Registry, scan


@dataclass(frozen=True)
class Wanted:
    """What of a table: rows for which `where` holds ("": all), at most `limit` of them, with the
    `_strata_*` columns or without; of the table itself, or of its quarantine. `columns`: of all
    columns only these, as far as the table has them."""

    where: str = ""
    limit: int | None = None
    all_columns: bool = False
    quarantine: bool = False
    columns: tuple[str, ...] = ()


@dataclass(frozen=True)
class Rows:
    """The columns in order, and the rows, read as they are asked for. Values are Python's own."""

    columns: tuple[str, ...] = ()
    rows: Iterable[dict[str, object]] = ()


# (environment, name of a table or side table, what of it) -> the rows readers see now; None if there
# is no such table. Raises PlanError for a condition that cannot be read or names an unknown column.
Scanner = Callable[[EnvironmentConfig, str, Wanted], Rows | None]

SCANNERS: Registry[Scanner] = Registry("format")


def load() -> Registry[Scanner]:
    scan("etl_core.sinks", leaf="scan")
    return SCANNERS


def scan_table(environment: EnvironmentConfig, table: Table, wanted: Wanted) -> Rows:
    """The rows readers see now. A table that never had a bad row has an empty quarantine.

    Raises SourceError (exit 4) for a table that does not exist yet, PlanError for a bad condition.
    """
    name = side_table(table.name, "quarantine") if wanted.quarantine else table.name
    found = load().get(table.format)(environment, name, wanted)
    if found is None and not wanted.quarantine:
        hint = f"create it with `strata run --select +{table.name}`"
        raise SourceError(f"table {table.name} does not exist yet", hint=hint)
    return found or Rows()


def visible(columns: Sequence[str], *, all_columns: bool, only: Sequence[str] = ()) -> tuple[str, ...]:
    """Columns to show: without `_strata_*`, unless asked for or there is nothing else; or those of `only`."""
    if only:
        return tuple(name for name in columns if name in only)
    own = tuple(name for name in columns if not name.startswith(SYSTEM_PREFIX))
    return own if own and not all_columns else tuple(columns)
