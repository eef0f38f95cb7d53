"""The lineage picture: coordinates of nodes and edges, in pixels. Pure functions."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from itertools import pairwise

from etl_core.report.lineage import SWEEPS, Bend, Edge, Graph, Slot, chain, columns, levels, mean, neighbours

NODE_WIDTH, NODE_HEIGHT = 184, 44
COLUMN_GAP, ROW_GAP, BEND_GAP = 54, 14, 14


@dataclass(frozen=True)
class Placed:
    """A node's upper left corner, in pixels."""

    name: str
    x: float
    y: float


@dataclass(frozen=True)
class Picture:
    """`paths`: one SVG path an edge."""

    nodes: tuple[Placed, ...]
    paths: tuple[tuple[Edge, str], ...]
    width: float
    height: float


def spread(wanted: Sequence[float], gaps: Sequence[float]) -> list[float]:
    """Positions nearest to `wanted` in the least-squares sense with position i+1 at least `gaps[i]`
    after position i: pool adjacent violators on the positions less the gaps before them."""
    offsets = [sum(gaps[:index]) for index in range(len(wanted))]
    blocks: list[tuple[float, int]] = []  # mean, size
    for value, offset in zip(wanted, offsets, strict=True):
        blocks.append((value - offset, 1))
        while len(blocks) > 1 and blocks[-2][0] > blocks[-1][0]:
            (low, few), (high, more) = blocks[-2:]
            blocks[-2:] = [((low * few + high * more) / (few + more), few + more)]
    pooled = [value for value, size in blocks for _ in range(size)]
    return [value + offset for value, offset in zip(pooled, offsets, strict=True)]


def _gap(upper: Slot, lower: Slot) -> float:
    """Between the centres of two neighbours: room for half of each, and air."""
    node = isinstance(upper, str) + isinstance(lower, str)
    return node * NODE_HEIGHT / 2 + (ROW_GAP if node == 2 else BEND_GAP)


def heights(
    slots: Sequence[Sequence[Slot]],
    before: Mapping[Slot, Sequence[Slot]],
    after: Mapping[Slot, Sequence[Slot]],
) -> dict[Slot, float]:
    """Vertical centre of each slot: near its neighbours, without overlaps, in the order given."""
    gaps = [[_gap(upper, lower) for upper, lower in pairwise(column)] for column in slots]
    at = {
        slot: y
        for column, gap in zip(slots, gaps, strict=True)
        for slot, y in zip(column, spread([0.0] * len(column), gap), strict=True)
    }
    for sweep in range(SWEEPS):
        order = range(len(slots)) if sweep % 2 == 0 else range(len(slots) - 1, -1, -1)
        for index in order:
            wanted = [
                mean([at[end] for end in (*before.get(slot, ()), *after.get(slot, ()))], at[slot])
                for slot in slots[index]
            ]
            at.update(zip(slots[index], spread(wanted, gaps[index]), strict=True))
    top = min(at.values(), default=0.0) - NODE_HEIGHT / 2
    return {slot: y - top for slot, y in at.items()}


def draw(graph: Graph) -> Picture:
    """The whole layout. Raises graphlib.CycleError."""
    level = levels(graph)
    slots = columns(graph, level)
    at = heights(slots, *neighbours(graph, level))
    step = NODE_WIDTH + COLUMN_GAP
    nodes = tuple(
        Placed(node, level[node] * step, round(at[node] - NODE_HEIGHT / 2, 1)) for node in graph.nodes
    )
    paths = tuple((edge, _path(chain(edge, level), level[edge[0]], at)) for edge in graph.edges)
    width = max(len(slots) * step - COLUMN_GAP, 0)
    return Picture(nodes, paths, width, round(max(at.values(), default=0.0) + NODE_HEIGHT / 2, 1))


def _path(slots: Sequence[Slot], first: int, at: Mapping[Slot, float]) -> str:
    """Curves between the columns, straight lines through them."""
    x = first * (NODE_WIDTH + COLUMN_GAP) + NODE_WIDTH
    parts = [f"M{x} {at[slots[0]]:.1f}"]
    for left, right in pairwise(slots):
        middle, end = x + COLUMN_GAP / 2, x + COLUMN_GAP
        parts.append(f"C{middle} {at[left]:.1f} {middle} {at[right]:.1f} {end} {at[right]:.1f}")
        x = end + NODE_WIDTH
        if isinstance(right, Bend):
            parts.append(f"H{x}")
    return "".join(parts)
