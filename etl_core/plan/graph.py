"""Which table reads which: order, ancestors and descendants."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from graphlib import CycleError, TopologicalSorter

from etl_core.config.project import Project
from etl_core.errors import PlanError
from etl_core.registry import closest_hint


@dataclass(frozen=True)
class Graph:
    """`order` names every table after all it reads; `reads` and `read_by` are direct neighbours."""

    order: tuple[str, ...]
    reads: Mapping[str, frozenset[str]]
    read_by: Mapping[str, frozenset[str]]

    def ancestors(self, table: str) -> frozenset[str]:
        """Everything `table` is made of, without itself."""
        return _closure(table, self.reads)

    def descendants(self, table: str) -> frozenset[str]:
        """Everything made of `table`, without itself."""
        return _closure(table, self.read_by)


def build(project: Project) -> Graph:
    """The project's graph: a table comes after its inputs and what its rules compare with. Raises PlanError
    for one of them that is no table, and for a cycle."""
    reads: dict[str, frozenset[str]] = {}
    for name, table in project.tables.items():
        for upstream in sorted(table.config.upstream - project.tables.keys()):
            raise PlanError(
                f"{name} reads {upstream}, which is no table of this project",
                hint=closest_hint(upstream, tuple(sorted(project.tables))),
            )
        reads[name] = table.config.upstream
    layers = {layer: index for index, layer in enumerate(project.config.layers)}
    order = _order(reads, lambda name: (layers.get(name.partition(".")[0], len(layers)), name))
    return Graph(order, reads, _reversed(reads))


def _order(reads: Mapping[str, frozenset[str]], key: Callable[[str], tuple[int, str]]) -> tuple[str, ...]:
    """Dependencies first; among tables that are free to go, by layer and name: always the same."""
    sorter = TopologicalSorter(reads)
    try:
        sorter.prepare()
    except CycleError as error:
        # graphlib lists a cycle as "a is read by b"; people read it the other way round
        names = list(reversed(error.args[1]))
        raise PlanError(
            f"tables read each other in a circle: {' -> '.join(names)}",
            hint="remove one of these inputs",
        ) from None
    order: list[str] = []
    while sorter.is_active():
        ready = sorted(sorter.get_ready(), key=key)
        order += ready
        sorter.done(*ready)
    return tuple(order)


def _reversed(reads: Mapping[str, frozenset[str]]) -> dict[str, frozenset[str]]:
    read_by: dict[str, set[str]] = {name: set() for name in reads}
    for name, upstreams in reads.items():
        for upstream in upstreams:
            read_by[upstream].add(name)
    return {name: frozenset(downstreams) for name, downstreams in read_by.items()}


def _closure(start: str, neighbours: Mapping[str, Iterable[str]]) -> frozenset[str]:
    found: set[str] = set()
    waiting = [*neighbours[start]]
    while waiting:
        name = waiting.pop()
        if name not in found:
            found.add(name)
            waiting.extend(neighbours[name])
    return frozenset(found)
