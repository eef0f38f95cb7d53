"""A table's quarantine as a person should see it: the rows that wait for a fix. No JVM."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from itertools import islice

from etl_core.config.project import Project, Table
from etl_core.inspect.observe import observe_tables
from etl_core.lease.intents import open_intents
from etl_core.names import RUN_ID, TAKEN
from etl_core.sinks.scanning import Rows, Wanted, scan_table
from etl_core.storage import open_storage


def quarantined(project: Project, table: Table, wanted: Wanted | None = None) -> Rows:
    """Rows of the quarantine, all columns, without those that a requeue has taken or that a run wrote
    which has not published: it is at work, or died and will be cleaned up.

    Raises PlanError for a condition that cannot be read.
    """
    asked = replace(wanted or Wanted(), quarantine=True, all_columns=True, limit=None)
    pending = unpublished(project, table)
    marks = scan_table(project.environment, table, replace(asked, where="", columns=(RUN_ID, TAKEN)))
    taken = {row.get(TAKEN) for row in marks.rows if row[RUN_ID] not in pending} - {None}
    found = scan_table(project.environment, table, asked)
    hidden = taken | pending
    rows = (row for row in found.rows if row[RUN_ID] not in hidden and row.get(TAKEN) is None)
    columns = tuple(name for name in found.columns if name != TAKEN)
    return Rows(columns, islice(_shown(rows, columns), wanted.limit if wanted else None))


def unpublished(project: Project, table: Table) -> frozenset[object]:
    """Runs that have written side rows of the table, but not what those belong to."""
    intents = open_intents(open_storage(project.environment.warehouse), table.name)
    if not intents:
        return frozenset()
    state = observe_tables(project, [table.name])[table.name].state
    return frozenset(run for run in intents if state is None or run != state.run_id)


def _shown(rows: Iterator[dict[str, object]], columns: tuple[str, ...]) -> Iterator[dict[str, object]]:
    return ({name: row[name] for name in columns} for row in rows)
