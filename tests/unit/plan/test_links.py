"""On which ways a change in an input reaches the keys of the table."""

from __future__ import annotations

import pytest

from etl_core.config.models.table import Input
from etl_core.plan.links import Linked, linked, ways
from tests.unit.plan.plan_projects import table


def inputs(text: str) -> dict[str, Linked]:
    """`orders: order_id customer_id; customers: customer_id name | customer_id`; after | the link,
    `own=other` if it has another name elsewhere."""
    found = {}
    for part in text.split(";"):
        name, _, rest = part.partition(":")
        columns, _, on = rest.partition("|")
        pairs = [link.partition("=") for link in on.split()]
        links = {own: other or own for own, _, other in pairs}
        found[name.strip()] = Linked(frozenset(columns.split()), links)
    return found


SHOP = (
    "orders: order_id customer_id; lines: order_id product_id; customers: customer_id city_id | customer_id;"
    "cities: city_id | city_id; products: product_id price | product_id"
)


@pytest.mark.parametrize(
    ("name", "expected"),
    [
        ("orders", {("orders",)}),
        ("customers", {("customers", "orders")}),
        ("cities", {("cities", "customers", "orders")}),
        ("products", {("products", "lines")}),
    ],
)
def test_from_dimensions_to_the_tables_that_have_the_key(name: str, expected: set[tuple[str, ...]]) -> None:
    assert set(ways(inputs(SHOP), ("order_id",))[name]) == expected


def test_every_way_counts() -> None:
    flows = inputs("flights: id origin target; airports: code | code=origin; towns: code | code=target")
    assert ways(flows, ("id",))["airports"] == (("airports", "flights"),)
    two = inputs("a: id x y; d: x y z | x; e: y z | z; f: z y | y")
    assert set(ways(two, ("id",))["e"]) == {("e", "d", "a"), ("e", "f", "a"), ("e", "f", "d", "a")}


def test_circles_end() -> None:
    circle = inputs("tx: id account; accounts: account owner | account; owners: owner account | owner")
    assert set(ways(circle, ("id",))["accounts"]) == {("accounts", "tx")}
    assert set(ways(circle, ("id",))["owners"]) == {("owners", "accounts", "tx")}


def test_no_way() -> None:
    assert ways(inputs("a: id; b: x | x; c: y |"), ("id",)) == {"a": (("a",),), "b": (), "c": ()}


def test_case_makes_no_difference() -> None:
    assert ways(inputs("a: id x; b: x | X"), ("ID",))["b"] == (("b", "a"),)


def test_an_input_without_the_keys_is_known_by_its_own() -> None:
    upstream = table("raw.city", mode="cdc", keys=("city_id",))
    found = linked(Input(table="raw.city", read="changed_keys"), upstream, ["City_ID", "city"], ("order_id",))
    assert (found.on, found.columns) == ({"city_id": "city_id"}, {"city_id", "city"})


def test_an_input_with_the_keys_needs_no_link_unless_it_has_one() -> None:
    upstream = table("raw.employee", mode="cdc", keys=("id",))
    assert linked(Input(table="raw.employee"), upstream, ["id", "boss"], ("id",)).on == {}
    managers = Input(table="raw.employee", read="changed_keys", on={"id": "boss"})
    assert linked(managers, upstream, ["id", "boss"], ("id",)).on == {"id": "boss"}
    both = {
        "employees": linked(Input(table="raw.employee"), upstream, ["id", "boss"], ("id",)),
        "managers": linked(managers, upstream, ["id", "boss"], ("id",)),
    }
    assert ways(both, ("id",))["managers"] == (("managers", "employees"),)
