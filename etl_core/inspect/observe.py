"""Tables from each format's observer, sources from each source type's `discover`. No JVM."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterable
from concurrent.futures import ThreadPoolExecutor

from etl_core.config.project import Project, Table
from etl_core.errors import SourceError
from etl_core.inspect.held import held_files
from etl_core.plan.observed import Observed, ObservedSource, ObservedTable
from etl_core.plan.steps import SOURCE_INPUT
from etl_core.registry import Registry
from etl_core.sinks import observing
from etl_core.sources import load as source_types
from etl_core.sources.protocol import Source
from etl_core.state.models import FileBookmark

THREADS = 8


def observe(
    project: Project, tables: Iterable[str], *, offline: bool = False, again: Collection[str] = ()
) -> Observed:
    """What the catalog holds of `tables` and of all they read, and what their sources offer: of the
    tables `again` all that is there, whatever was read of it.

    `offline` looks at nothing. A source that cannot be listed has its `error` set, so that the
    other tables can still be planned. Raises StateError where a table cannot be read.
    """
    if offline:
        return Observed(offline=True)
    wanted = {name: project.tables[name] for name in tables if name in project.tables}
    upstream = {read for table in wanted.values() for read in table.config.upstream}
    names = [*wanted, *sorted(upstream & project.tables.keys() - wanted.keys())]
    found = observe_tables(project, names)
    with_source = [table for table in wanted.values() if table.source is not None]
    types = source_types.load(project.config.extensions)
    with ThreadPoolExecutor(THREADS) as pool:  # listing waits for disks and object stores
        offers = list(pool.map(lambda table: _source(types, table, found[table.name], again), with_source))
    offered = {table.name: offer for table, offer in zip(with_source, offers, strict=True)}
    return Observed(found, offered, held_files(project, again, found))


def observe_tables(project: Project, names: Iterable[str]) -> dict[str, ObservedTable]:
    """What the catalog holds of the tables `names`; their sources are not looked at."""
    by_format: dict[str, list[str]] = defaultdict(list)
    for name in names:
        by_format[project.tables[name].format].append(name)
    observers = observing.load()
    found: dict[str, ObservedTable] = {}
    for kind, members in by_format.items():
        found |= observers.get(kind)(project.environment, members)
    return found


def _source(
    types: Registry[Source], table: Table, observed: ObservedTable, again: Collection[str]
) -> ObservedSource:
    if table.source is None:
        return ObservedSource()
    held = observed.state.inputs.get(SOURCE_INPUT) if observed.state else None
    bookmark = held if isinstance(held, FileBookmark) else None
    if bookmark is not None and table.name in again:
        bookmark = FileBookmark(epoch=bookmark.epoch)  # what is read again must not be older than what it was
    try:
        return types.get(table.source.type).discover(table.source, bookmark)
    except SourceError as error:
        return ObservedSource(error=str(error))
