"""No table may depend on itself, directly or over others."""

from __future__ import annotations

from collections.abc import Iterator
from graphlib import CycleError, TopologicalSorter

from etl_core.config.problems import Problem
from etl_core.config.project import Project, Table
from etl_core.validate.where import problem


def check(project: Project) -> Iterator[Problem]:
    graph = {
        name: sorted(table.config.upstream & project.tables.keys())
        for name, table in sorted(project.tables.items())
    }
    while cycle := _cycle(graph):
        first, second = cycle[0], cycle[1]
        yield _problem(project.tables[second], first, cycle)
        graph[second].remove(first)  # the same edge cannot close another cycle, so this ends


def _cycle(graph: dict[str, list[str]]) -> tuple[str, ...]:
    """One cycle in the direction in which data flows, from its first table by name; () if none."""
    try:
        TopologicalSorter(graph).prepare()
    except CycleError as error:
        ring: list[str] = error.args[1][:-1]
        start = ring.index(min(ring))
        ring = ring[start:] + ring[:start]
        return (*ring, ring[0])
    return ()


def _problem(table: Table, upstream: str, cycle: tuple[str, ...]) -> Problem:
    flow, config = " -> ".join(cycle), table.config
    read = [name for name, source in config.inputs.items() if source.table == upstream]
    if not read:
        name = next(name for name, compared in config.quality.references.items() if compared == upstream)
        hint = "remove this reference, or an input; a rule can stand in either table"
        return problem(table, f"quality.references.{name}", f"tables wait for each other: {flow}", hint)
    if len(cycle) == 2:
        return problem(table, f"inputs.{read[0]}", f"`{table.name}` reads itself", "remove this input")
    message = f"tables feed each other in a circle: {flow}"
    return problem(table, f"inputs.{read[0]}", message, "remove one input")
