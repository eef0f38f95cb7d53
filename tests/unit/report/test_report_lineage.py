from __future__ import annotations

import re
from graphlib import CycleError
from itertools import combinations, pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st
from report_sample import few, greatfin

from etl_core.report.lineage import Bend, Graph, chain, columns, crossings, graph_of, levels, neighbours
from etl_core.report.picture import NODE_HEIGHT, NODE_WIDTH, draw, spread


@st.composite
def graphs(draw, most=14):
    size = draw(st.integers(0, most))
    nodes = tuple(f"n{index}" for index in range(size))
    pairs = list(combinations(nodes, 2))
    edges = draw(st.lists(st.sampled_from(pairs), unique=True, max_size=30)) if pairs else []
    order = draw(st.permutations(nodes))
    return Graph(tuple(order), tuple(edges))


@few
@given(graphs())
def test_every_edge_goes_right_and_levels_have_no_gap(graph):
    level = levels(graph)
    assert set(level) == set(graph.nodes)
    assert all(level[source] < level[target] for source, target in graph.edges)
    assert set(level.values()) == set(range(len(set(level.values()))))


@few
@given(graphs())
def test_a_node_that_reads_something_follows_right_after_one_it_reads(graph):
    level = levels(graph)
    for node in graph.nodes:
        reads = [level[source] for source, target in graph.edges if target == node]
        if reads:
            assert level[node] == max(reads) + 1


@few
@given(graphs())
def test_columns_hold_every_node_and_every_bend_once(graph):
    level = levels(graph)
    slots = columns(graph, level)
    flat = [slot for column in slots for slot in column]
    bends = [Bend(*edge, at) for edge in graph.edges for at in range(level[edge[0]] + 1, level[edge[1]])]
    assert sorted(map(str, flat)) == sorted(map(str, [*graph.nodes, *bends]))
    for index, column in enumerate(slots):
        assert all(slot.level == index if isinstance(slot, Bend) else level[slot] == index for slot in column)


def slow_crossings(slots, graph, level):
    """By definition: two edges between the same columns cross if their ends stand the other way round."""
    place = {slot: index for column in slots for index, slot in enumerate(column)}
    pieces = [piece for edge in graph.edges for piece in pairwise(chain(edge, level))]
    at = {slot: index for index, column in enumerate(slots) for slot in column}
    return sum(
        at[a] == at[c] and (place[a] - place[c]) * (place[b] - place[d]) < 0
        for (a, b), (c, d) in combinations(pieces, 2)
    )


@few
@given(graphs())
def test_crossings_are_counted_right_and_never_more_than_in_the_order_given(graph):
    level = levels(graph)
    _, after = neighbours(graph, level)
    best = columns(graph, level)
    assert crossings(best, after) == slow_crossings(best, graph, level)
    first: list[list] = [[] for _ in best]
    for node in graph.nodes:
        first[level[node]].append(node)
    for edge in graph.edges:
        for bend in chain(edge, level)[1:-1]:
            first[bend.level].append(bend)
    assert crossings(best, after) <= slow_crossings(first, graph, level)


def test_a_crossing_that_can_be_avoided_is_avoided():
    graph = Graph(("a", "b", "x", "y"), (("a", "y"), ("b", "x")))
    level = levels(graph)
    assert crossings(columns(graph, level), neighbours(graph, level)[1]) == 0


@few
@given(graphs())
def test_boxes_lie_inside_the_picture_and_do_not_touch(graph):
    picture = draw(graph)
    for box in picture.nodes:
        assert 0 <= box.x <= picture.width - NODE_WIDTH
        assert -0.2 <= box.y <= picture.height - NODE_HEIGHT + 0.2
    for one, other in combinations(picture.nodes, 2):
        assert one.x != other.x or abs(one.y - other.y) > NODE_HEIGHT


@few
@given(graphs())
def test_edges_start_and_end_at_their_boxes(graph):
    picture = draw(graph)
    box = {placed.name: placed for placed in picture.nodes}
    for (source, target), path in picture.paths:
        numbers = [float(text) for text in re.findall(r"-?[\d.]+", path)]
        assert numbers[0] == box[source].x + NODE_WIDTH
        assert numbers[1] == pytest.approx(box[source].y + NODE_HEIGHT / 2, abs=0.2)
        assert numbers[-2] == box[target].x
        assert numbers[-1] == pytest.approx(box[target].y + NODE_HEIGHT / 2, abs=0.2)


@few
@given(st.lists(st.floats(-1e4, 1e4), max_size=20), st.data())
def test_spread_keeps_the_distances_and_moves_nothing_without_need(wanted, data):
    gaps = data.draw(
        st.lists(st.floats(1, 100), min_size=max(len(wanted) - 1, 0), max_size=max(len(wanted) - 1, 0))
    )
    got = spread(wanted, gaps)
    assert all(b - a >= gap - 1e-6 for (a, b), gap in zip(pairwise(got), gaps, strict=True))
    if all(b - a >= gap for (a, b), gap in zip(pairwise(wanted), gaps, strict=True)):
        assert got == pytest.approx(wanted)
    assert sum(got) == pytest.approx(sum(wanted), abs=1e-4)  # least squares: blocks keep their mean


def test_the_layout_is_the_same_every_time():
    graph = graph_of(greatfin())
    assert draw(graph) == draw(graph)


def test_a_runs_graph_has_its_tables_and_all_they_read():
    graph = graph_of(greatfin())
    assert ("raw.lead", "standardized.lead") in graph.edges
    assert "/srv/greatfin/landing/employee" in graph.nodes
    assert {part.table for part in greatfin().tables} <= set(graph.nodes)


def test_a_source_stands_right_before_its_reader():
    level = levels(Graph(("a", "b", "c", "late"), (("a", "b"), ("b", "c"), ("late", "c"))))
    assert level == {"a": 0, "b": 1, "c": 2, "late": 1}


def test_a_cycle_is_refused():
    with pytest.raises(CycleError):
        draw(Graph(("a", "b"), (("a", "b"), ("b", "a"))))
