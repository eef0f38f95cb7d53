"""The lineage of a run as layers of nodes in an order with few crossings. Pure functions.

Layered drawing after Sugiyama, Tagawa and Toda (1981): levels by longest path, a bend where an edge
passes a level, order within a level by barycentres. Coordinates: `picture.py`.
"""

from __future__ import annotations

from bisect import bisect_right, insort
from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from graphlib import TopologicalSorter
from itertools import pairwise
from typing import NamedTuple

from etl_core.report.records import RunRecord

SWEEPS = 8

Edge = tuple[str, str]


class Bend(NamedTuple):
    """The place where the edge `source` -> `target` passes `level`."""

    source: str
    target: str
    level: int


Slot = str | Bend


@dataclass(frozen=True)
class Graph:
    """Nodes in the order given; an edge goes from what is read to what reads it. No cycles."""

    nodes: tuple[str, ...]
    edges: tuple[Edge, ...]


def graph_of(record: RunRecord) -> Graph:
    """Tables of the run and all they read, be it a table outside the run or a source's path."""
    edges = {(source, part.table): None for part in record.tables for source in part.inputs}
    named = [name for edge in edges for name in edge] + [part.table for part in record.tables]
    return Graph(tuple(dict.fromkeys(named)), tuple(edge for edge in edges if edge[0] != edge[1]))


def levels(graph: Graph) -> dict[str, int]:
    """Node -> level: one more than the highest it reads. A node that reads nothing stands just before
    its first reader. Raises graphlib.CycleError."""
    reads: dict[str, list[str]] = {node: [] for node in graph.nodes}
    readers: dict[str, list[str]] = defaultdict(list)
    for source, target in graph.edges:
        reads[target].append(source)
        readers[source].append(target)
    level: dict[str, int] = {}
    for node in TopologicalSorter(reads).static_order():
        level[node] = max((level[source] + 1 for source in reads[node]), default=0)
    for node in graph.nodes:
        if not reads[node] and readers[node]:
            level[node] = min(level[reader] for reader in readers[node]) - 1
    return level


def chain(edge: Edge, level: Mapping[str, int]) -> list[Slot]:
    """The slots an edge runs through, one a level."""
    source, target = edge
    return [source, *(Bend(source, target, at) for at in range(level[source] + 1, level[target])), target]


def columns(graph: Graph, level: Mapping[str, int]) -> list[list[Slot]]:
    """Slots by level, those of the fewest edge crossings that a few barycentre sweeps find."""
    slots: list[list[Slot]] = [[] for _ in range(max(level.values(), default=-1) + 1)]
    for node in graph.nodes:
        slots[level[node]].append(node)
    for edge in graph.edges:
        for bend in chain(edge, level)[1:-1]:
            slots[bend.level if isinstance(bend, Bend) else level[bend]].append(bend)
    before, after = neighbours(graph, level)
    best, fewest = [list(column) for column in slots], crossings(slots, after)
    for sweep in range(SWEEPS):
        _sweep(slots, before if sweep % 2 == 0 else after, forward=sweep % 2 == 0)
        now = crossings(slots, after)
        if now < fewest:
            best, fewest = [list(column) for column in slots], now
    return best


def neighbours(
    graph: Graph, level: Mapping[str, int]
) -> tuple[dict[Slot, list[Slot]], dict[Slot, list[Slot]]]:
    """For each slot those it is joined to one level before, and one level after."""
    before: dict[Slot, list[Slot]] = defaultdict(list)
    after: dict[Slot, list[Slot]] = defaultdict(list)
    for edge in graph.edges:
        slots = chain(edge, level)
        for left, right in pairwise(slots):
            after[left].append(right)
            before[right].append(left)
    return before, after


def crossings(slots: Sequence[Sequence[Slot]], after: Mapping[Slot, Sequence[Slot]]) -> int:
    """How many pairs of edges cross: inversions of their ends, level by level."""
    total = 0
    for left, right in pairwise(slots):
        place = {slot: index for index, slot in enumerate(right)}
        seen: list[int] = []
        for slot in left:
            ends = sorted(place[end] for end in after.get(slot, ()))
            total += sum(len(seen) - bisect_right(seen, end) for end in ends)
            for end in ends:
                insort(seen, end)
    return total


def _sweep(slots: list[list[Slot]], joined: Mapping[Slot, Sequence[Slot]], *, forward: bool) -> None:
    order = range(1, len(slots)) if forward else range(len(slots) - 2, -1, -1)
    for index in order:
        fixed = {slot: place for place, slot in enumerate(slots[index - 1 if forward else index + 1])}
        centre = {
            slot: mean([fixed[end] for end in joined.get(slot, ())], float(place))
            for place, slot in enumerate(slots[index])
        }
        slots[index].sort(key=centre.__getitem__)


def mean(values: Sequence[float], default: float) -> float:
    return sum(values) / len(values) if values else default
