"""`read: changed_keys` against a full recompute in plain Python: random changes in facts, a bridge and
dimensions at the same time, two tables in a chain, several runs."""

from __future__ import annotations

import random
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path
from textwrap import dedent
from typing import Any

import pytest
from pyspark.sql import SparkSession

from etl_core.runtime.installed import installed_profile
from tests.contract.conftest import KEYED_FORMATS
from tests.contract.kit import Bench, make_bench
from tests.integration.projects import part, run_json, write

Row = dict[str, Any]
Model = dict[str, dict[tuple[int, ...], Row]]
KEYS = {
    "orders": ("order_id",),
    "lines": ("order_id", "line_no"),
    "customers": ("customer_id",),
    "cities": ("city_id",),
    "products": ("product_id",),
}
VALUES = {
    "orders": ("customer_id", "note"),
    "lines": ("product_id", "quantity"),
    "customers": ("name", "city_id"),
    "cities": ("city",),
    "products": ("price",),
}
TEXT = ("note", "name", "city")
pytestmark = pytest.mark.proof
ORDER = """\
table: conformed.order
inputs:
  orders: {table: standardized.orders, read: changed_keys}
  lines: {table: standardized.lines, read: changed_keys}
  buyers: {table: standardized.customers, read: changed_keys}
  cities: {table: standardized.cities, read: changed_keys}
  products: {table: standardized.products, read: changed_keys}
target: {mode: overwrite, keys: [order_id]}
"""
ORDER_JOB = """\
from pyspark.sql import DataFrame
from pyspark.sql import functions as F
from etl_core import table


@table("conformed.order")
def order(orders: DataFrame, lines: DataFrame, buyers: DataFrame, cities: DataFrame, products: DataFrame):
    priced = lines.join(products, "product_id").groupBy("order_id").agg(
        F.sum(F.col("quantity") * F.col("price")).alias("total"))
    return (
        orders.join(buyers, "customer_id")
        .join(cities, "city_id", "left")
        .join(priced, "order_id", "left")
        .select("order_id", "customer_id", "note", "name", "city", "total")
    )
"""
BUYER = """\
table: enriched.buyer
inputs:
  orders: {table: conformed.order, read: changed_keys}
  customers: {table: standardized.customers, read: changed_keys}
  cities: {table: standardized.cities, read: changed_keys}
target: {mode: merge, keys: [customer_id]}
"""
BUYER_JOB = """\
from pyspark.sql import DataFrame
from pyspark.sql import functions as F
from etl_core import table


@table("enriched.buyer")
def buyer(orders: DataFrame, customers: DataFrame, cities: DataFrame) -> DataFrame:
    spent = orders.groupBy("customer_id").agg(F.count("*").alias("orders"), F.sum("total").alias("spent"))
    return customers.join(cities, "city_id").join(spent, "customer_id", "left").select(
        "customer_id", "city", "orders", "spent")
"""


@dataclass
class Shop:
    """The upstream tables as dictionaries, and the files that bring their changes."""

    root: Path
    bench: Bench
    model: Model = field(default_factory=lambda: {name: {} for name in KEYS})
    sequence: int = 0

    def change(self, events: list[tuple[str, tuple[int, ...], Row | None]]) -> None:
        """Land one file a table with these events; None deletes."""
        lines: dict[str, list[str]] = {}
        for name, key, row in events:
            self.sequence += 1
            values = [str((row or {}).get(column, "")) for column in VALUES[name]]
            operation = "D" if row is None else "U"
            lines.setdefault(name, []).append(
                ",".join([operation, str(self.sequence), *map(str, key), *values])
            )
            if row is None:
                self.model[name].pop(key, None)
            else:
                self.model[name][key] = row
        for name, rows in lines.items():
            header = ",".join(["op", "seq", *KEYS[name], *VALUES[name]])
            text = "\n".join([header, *rows, ""])
            write(self.root, {f"landing/{name}/{self.sequence:06}.csv": text})

    def rows(self, table: str) -> set[tuple[Any, ...]]:
        frame = self.bench.open(table).read()
        names = [name for name in frame.columns if not name.startswith("_strata")]
        return {tuple(row) for row in frame.select(*names).collect()}

    def written_by(self, table: str) -> dict[int, str]:
        """First column -> the run that wrote the row."""
        return {row[0]: row["_strata_run_id"] for row in self.bench.open(table).read().collect()}

    def orders(self) -> dict[int, tuple[Any, ...]]:
        """conformed.order as Python makes it of everything."""
        made = {}
        for (order_id,), order in self.model["orders"].items():
            buyer = self.model["customers"].get((order["customer_id"],))
            if buyer is None:
                continue
            city = self.model["cities"].get((buyer["city_id"],))
            priced = [
                line["quantity"] * self.model["products"][(line["product_id"],)]["price"]
                for key, line in self.model["lines"].items()
                if key[0] == order_id and (line["product_id"],) in self.model["products"]
            ]
            made[order_id] = (
                order_id, order["customer_id"], order["note"], buyer["name"],
                city["city"] if city else None, sum(priced) if priced else None,
            )  # fmt: skip
        return made

    def buyers(self) -> set[tuple[Any, ...]]:
        """enriched.buyer, likewise."""
        made = set()
        for (customer_id,), customer in self.model["customers"].items():
            city = self.model["cities"].get((customer["city_id"],))
            if city is None:
                continue
            mine = [order for order in self.orders().values() if order[1] == customer_id]
            totals = [order[5] for order in mine if order[5] is not None]
            made.add((customer_id, city["city"], len(mine) or None, sum(totals) if totals else None))
        return made


def _column(name: str) -> str:
    return f"{{name: {name}, type: {'string' if name in TEXT else 'bigint'}}}"


def _standardized(name: str) -> str:
    columns = ", ".join(_column(column) for column in ("seq", *KEYS[name], *VALUES[name]))
    return dedent(
        f"""\
        table: standardized.{name}
        source: {{path: landing/{name}}}
        target: {{mode: cdc, keys: [{", ".join(KEYS[name])}], sequence_by: [seq], operation_column: op}}
        columns: [{columns}]
        """
    )


@pytest.fixture(params=[kind for kind in KEYED_FORMATS if kind != "hudi-mor"])
def shop(request: pytest.FixtureRequest, spark: SparkSession, tmp_path: Path) -> Shop:
    bench = make_bench(spark, tmp_path, request.param)
    files = {
        "conf/strata.yaml": "name: shop\nlayers: [standardized, conformed, enriched]\n"
        f"defaults: {{format: {bench.format}}}\n",
        "conf/environments/local.yaml": f"profile: {installed_profile()}\nwarehouse: ware house\n",
        "conf/tables/conformed/order.yaml": ORDER,
        "jobs/conformed/order.py": ORDER_JOB,
        "conf/tables/enriched/buyer.yaml": BUYER,
        "jobs/enriched/buyer.py": BUYER_JOB,
    }
    files |= {f"conf/tables/standardized/{name}.yaml": _standardized(name) for name in KEYS}
    return Shop(write(tmp_path, files), bench)


def _row(rng: random.Random, name: str) -> Row:
    return {
        "orders": lambda: {"customer_id": rng.randint(1, 6), "note": f"n{rng.randint(1, 99)}"},
        "lines": lambda: {"product_id": rng.randint(1, 5), "quantity": rng.randint(1, 9)},
        "customers": lambda: {"name": f"c{rng.randint(1, 99)}", "city_id": rng.randint(1, 4)},
        "cities": lambda: {"city": f"t{rng.randint(1, 99)}"},
        "products": lambda: {"price": rng.randint(1, 50)},
    }[name]()


def _key(rng: random.Random, name: str) -> tuple[int, ...]:
    most = {"orders": 12, "customers": 6, "cities": 4, "products": 5}
    return (rng.randint(1, 12), rng.randint(1, 3)) if name == "lines" else (rng.randint(1, most[name]),)


def _everything(rng: random.Random) -> list[tuple[str, tuple[int, ...], Row | None]]:
    events = [(name, _key(rng, name), _row(rng, name)) for name in KEYS for _ in range(20)]
    return [*events, *(("orders", (n,), _row(rng, "orders")) for n in range(1, 13))]


def test_random_changes_end_as_a_full_recompute_does(shop: Shop) -> None:
    rng = random.Random(20261)
    shop.change(_everything(rng))
    run_json(shop.root)
    for _ in range(4):
        names = rng.sample(sorted(KEYS), k=rng.randint(1, 4))
        shop.change(
            [
                (name, _key(rng, name), None if rng.random() < 0.4 else _row(rng, name))
                for name in names
                for _ in range(rng.randint(1, 3))
            ]
        )
        record = run_json(shop.root)
        assert shop.rows("conformed.order") == set(shop.orders().values())
        assert shop.rows("enriched.buyer") == shop.buyers()
        assert not any("all keys" in note for entry in record["tables"] for note in entry["notes"])


Change = Callable[[], list[tuple[str, tuple[int, ...], Row | None]]]
SMALL: list[tuple[str, tuple[int, ...], Row | None]] = [
    ("orders", (1,), {"customer_id": 1, "note": "a"}),
    ("orders", (2,), {"customer_id": 2, "note": "b"}),
    ("orders", (3,), {"customer_id": 3, "note": "c"}),
    ("lines", (1, 1), {"product_id": 1, "quantity": 2}),
    ("lines", (2, 1), {"product_id": 2, "quantity": 3}),
    ("customers", (1,), {"name": "Ann", "city_id": 1}),
    ("customers", (2,), {"name": "Bob", "city_id": 2}),
    ("customers", (3,), {"name": "Cid", "city_id": 2}),
    ("cities", (1,), {"city": "Rome"}),
    ("cities", (2,), {"city": "Oslo"}),
    ("products", (1,), {"price": 10}),
    ("products", (2,), {"price": 20}),
]


def test_only_what_a_change_touches_is_made_anew(shop: Shop) -> None:
    shop.change(SMALL)
    first = run_json(shop.root)["run_id"]
    shop.change([("products", (2,), {"price": 21})])  # product -> line -> order -> customer
    second = run_json(shop.root)
    assert shop.written_by("conformed.order") == {1: first, 2: second["run_id"], 3: first}
    assert shop.written_by("enriched.buyer") == {1: first, 2: second["run_id"], 3: first}
    made = part(second, "conformed.order")
    assert made["rows"]["read"] == made["rows"]["written"] == 1
    assert "1 key(s) recomputed after changes in standardized.products" in made["notes"]
    shop.change([("orders", (1,), {"customer_id": 3, "note": "moved"}), ("cities", (1,), None)])
    run_json(shop.root)
    assert shop.rows("conformed.order") == set(shop.orders().values())
    assert shop.rows("enriched.buyer") == shop.buyers() == {(2, "Oslo", 1, 63), (3, "Oslo", 2, 20)}
    assert shop.written_by("conformed.order")[2] == second["run_id"]
    statuses = {entry["status"] for entry in run_json(shop.root)["tables"]}
    assert statuses == {"nothing_new"}
