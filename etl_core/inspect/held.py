"""What a table's own rows tell about its progress: asked only where a plan depends on it. No JVM."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from etl_core.config.project import Project, Table
from etl_core.names import EPOCH, SEQ, SOURCE_FILE
from etl_core.plan.held import HeldFile
from etl_core.plan.observed import ObservedTable
from etl_core.sinks.scanning import Wanted, scan_table


def held_files(
    project: Project, names: Iterable[str], found: dict[str, ObservedTable]
) -> dict[str, frozenset[tuple[str, int]]]:
    """By table, for those of `names` whose rows tell their file."""
    tables = (project.tables[name] for name in names)
    telling = [table for table in tables if _tells(table, found.get(table.name))]
    return {table.name: frozenset(_files(project, table)) for table in telling}


def newest_epoch(project: Project, table: Table) -> int:
    """The newest full load of which the table holds rows; 0 if its rows tell none."""
    rows = scan_table(project.environment, table, Wanted(columns=(EPOCH, SEQ))).rows
    return max((_epoch(row) for row in rows), default=0)


def _epoch(row: dict[str, object]) -> int:
    order = row.get(SEQ)
    found = order.get("epoch") if isinstance(order, dict) else row.get(EPOCH)
    return found if isinstance(found, int) else 0


def _tells(table: Table, seen: ObservedTable | None) -> bool:
    return table.source is not None and seen is not None and SOURCE_FILE in dict(seen.columns)


def _files(project: Project, table: Table) -> Iterator[HeldFile]:
    """Of the rows that readers see and of those that were turned away."""
    for quarantine in (False, True):
        wanted = Wanted(all_columns=True, quarantine=quarantine, columns=(SOURCE_FILE, EPOCH))
        for row in scan_table(project.environment, table, wanted).rows:
            name, epoch = row.get(SOURCE_FILE), row.get(EPOCH)
            if isinstance(name, str):
                yield HeldFile(name, epoch if isinstance(epoch, int) else 0)
