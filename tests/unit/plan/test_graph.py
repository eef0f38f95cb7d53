from __future__ import annotations

import itertools

import pytest
from hypothesis import given
from hypothesis import strategies as st
from plan_projects import LAYERS, project, table

from etl_core.errors import PlanError
from etl_core.plan.graph import build
from etl_core.plan.selection import select

SHOP = project(
    table("enriched.daily", "standardized.orders", "standardized.customers"),
    table("standardized.orders", "raw.orders"),
    table("standardized.customers", "raw.customers"),
    table("raw.orders"),
    table("raw.customers"),
)
GRAPH = build(SHOP)


@st.composite
def edges(draw: st.DrawFn) -> list[set[int]]:
    """reads[n]: tables below n that table n reads; so there is no cycle."""
    size = draw(st.integers(1, 9))
    return [draw(st.sets(st.integers(0, n - 1))) if n else set() for n in range(size)]


def named(reads: list[set[int]], shuffle: list[int]) -> dict[int, str]:
    return {n: f"{LAYERS[n % 3]}.t{shuffle[n]}" for n in range(len(reads))}


def reachable(reads: list[set[int]], start: int) -> set[int]:
    return {m for n in reads[start] for m in {n, *reachable(reads, n)}}


@given(edges(), st.permutations(range(9)), st.randoms(use_true_random=False))
def test_order_and_closures_of_any_project(reads: list[set[int]], shuffle: list[int], random) -> None:
    names = named(reads, shuffle)
    tables = [table(names[n], *sorted(names[m] for m in up)) for n, up in enumerate(reads)]
    random.shuffle(tables)
    graph = build(project(*tables))
    assert sorted(graph.order) == sorted(names.values())
    place = {name: number for number, name in enumerate(graph.order)}
    for n, up in enumerate(reads):
        assert all(place[names[m]] < place[names[n]] for m in up)
        assert graph.ancestors(names[n]) == {names[m] for m in reachable(reads, n)}
        assert graph.descendants(names[n]) == {
            names[m] for m in range(len(reads)) if n in reachable(reads, m)
        }
    random.shuffle(tables)
    assert build(project(*tables)).order == graph.order


def test_tables_that_are_free_to_go_stand_by_layer_and_name() -> None:
    assert GRAPH.order == (
        "raw.customers",
        "raw.orders",
        "standardized.customers",
        "standardized.orders",
        "enriched.daily",
    )


def test_a_cycle_is_named_in_the_direction_of_reading() -> None:
    circle = project(table("raw.a", "raw.c"), table("raw.b", "raw.a"), table("raw.c", "raw.b"))
    with pytest.raises(PlanError) as raised:
        build(circle)
    names = raised.value.message.partition(": ")[2].split(" -> ")
    assert len(names) == 4
    assert names[0] == names[-1]
    for reader, upstream in itertools.pairwise(names):
        assert {"raw.a": "raw.c", "raw.b": "raw.a", "raw.c": "raw.b"}[reader] == upstream


def test_a_missing_input_names_the_closest_table() -> None:
    with pytest.raises(PlanError, match=r"enriched.x reads raw.ordrs, which is no table") as raised:
        build(project(table("enriched.x", "raw.ordrs"), table("raw.orders")))
    assert "raw.orders" in raised.value.hint


@pytest.mark.parametrize(
    ("selection", "expected"),
    [
        (None, "raw.customers raw.orders standardized.customers standardized.orders enriched.daily"),
        ("", "raw.customers raw.orders standardized.customers standardized.orders enriched.daily"),
        ("*", "raw.customers raw.orders standardized.customers standardized.orders enriched.daily"),
        ("raw.*", "raw.customers raw.orders"),
        ("standardized.orders", "standardized.orders"),
        ("+standardized.orders", "raw.orders standardized.orders"),
        ("raw.orders+", "raw.orders standardized.orders enriched.daily"),
        ("+standardized.orders+", "raw.orders standardized.orders enriched.daily"),
        ("standardized.*+", "standardized.customers standardized.orders enriched.daily"),
        ("enriched.daily, raw.orders raw.customers", "raw.customers raw.orders enriched.daily"),
    ],
)
def test_selections(selection: str | None, expected: str) -> None:
    assert select(GRAPH, selection) == tuple(expected.split())


@pytest.mark.parametrize(
    ("selection", "hint"),
    [
        ("raw.order", "raw.orders"),
        ("row.*", "raw.*"),
        ("raw.orders,+enriched.dayly", "enriched.daily"),
        ("+", "valid: "),
    ],
)
def test_a_term_that_matches_nothing_is_refused(selection: str, hint: str) -> None:
    with pytest.raises(PlanError, match="no table matches") as raised:
        select(GRAPH, selection)
    assert hint in raised.value.hint


@given(st.sets(st.sampled_from(GRAPH.order), min_size=1))
def test_a_selection_of_names_is_the_graph_without_the_rest(names: set[str]) -> None:
    chosen = select(GRAPH, " ".join(names))
    assert chosen == tuple(name for name in GRAPH.order if name in names)
    with_all_below = select(GRAPH, ",".join(f"+{name}" for name in names))
    assert set(with_all_below) == {*names, *(up for name in names for up in GRAPH.ancestors(name))}
