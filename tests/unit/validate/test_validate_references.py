"""Tables that rules compare with: declared, there, not in a circle, and with the columns that are named."""

from __future__ import annotations

from pathlib import Path
from textwrap import indent

import pytest

from etl_core.config.loader import load
from etl_core.plan import graph
from tests.unit.config.small_project import ORDERS, edited, problems, write

CUSTOMER = "conf/tables/raw/customer.yaml"
CONTRACT = """\
table: raw.customer
source: {path: landing/customer}
target: {mode: append}
columns: [{name: id, type: int}, {name: ref id, type: int}]
"""


def files(references: str, rules: str, customer: str = CONTRACT) -> dict[str, str | None]:
    text = f"quality:\n  references: {references}\n  rules: |\n{indent(rules, '    ')}\n"
    return edited(ORDERS, "columns:", f"{text}columns:") | {CUSTOMER: customer}


@pytest.mark.parametrize(
    ("references", "rules", "message", "hint"),
    [
        (
            "{}",
            'Rules = [ RowCountMatch "who" = 1 ]',
            "there is no reference `who`",
            "{who: <layer>.<table>}",
        ),
        (
            "{customers: raw.customer}",
            'Rules = [ SchemaMatch "customer" = 1 ]',
            "there is no reference `customer`",
            "did you mean `customers`?",
        ),
        (
            "{c: raw.customer}",
            'Rules = [ (IsComplete "id") or (ReferentialIntegrity "id" "c.{idd}" = 1) ]',
            "ReferentialIntegrity: raw.customer declares no column `idd`",
            "did you mean `id`?",
        ),
        (
            "{c: raw.custmer}",
            "Rules = [ RowCount > 1 ]",
            "reference `c`: there is no table",
            "`raw.customer`?",
        ),
        ("{Primary: raw.customer}", "Rules = [ RowCount > 1 ]", "is the name of the judged rows", "another"),
        ("{a: raw.customer, A: raw.customer}", "Rules = [ RowCount > 1 ]", "`A` is named twice", "another"),
        (
            "{c: raw.customer}",
            'DataSources = { "Primary": "orders", "AdditionalDataSources": ["d"] }\nRules = [ RowCount > 1 ]',
            "there is no reference `d`",
            "declare it",
        ),
    ],
)
def test_what_is_wrong(tmp_path: Path, references: str, rules: str, message: str, hint: str) -> None:
    (found,) = problems(tmp_path, files(references, rules))
    assert message in found.message
    assert hint in found.hint
    assert found.file == ORDERS


@pytest.mark.parametrize(
    "rules",
    [
        'Rules = [ ReferentialIntegrity "id" "c.{ref id}" = 1.0 ]',
        'DataSources = { "Primary": "orders", "AdditionalDataSources": ["c"] }\nRules = [ RowCount > 1 ]',
        'Rules = [ CustomSql "select count(*) from c" > 0, AggregateMatch "sum(id)" "sum(c.id)" > 0.1 ]',
    ],
)
def test_what_is_right(tmp_path: Path, rules: str) -> None:
    assert problems(tmp_path, files("{c: raw.customer, held: raw.orders}", rules)) == []


def test_tables_that_wait_for_each_other(tmp_path: Path) -> None:
    back = CONTRACT + "quality: {references: {orders: raw.orders}}\n"
    (found,) = problems(tmp_path, files("{c: raw.customer}", "Rules = [ RowCount > 1 ]", back))
    assert found.message == "tables wait for each other: raw.customer -> raw.orders -> raw.customer"
    assert "a rule can stand in either table" in found.hint


def test_a_table_comes_after_what_its_rules_compare_with(tmp_path: Path) -> None:
    root = write(tmp_path, files("{c: raw.zone, held: raw.orders}", "Rules = [ RowCount > 1 ]"))
    (root / CUSTOMER).rename(root / "conf/tables/raw/zone.yaml")
    (root / "conf/tables/raw/zone.yaml").write_text(CONTRACT.replace("raw.customer", "raw.zone"))
    found = graph.build(load(root))
    assert found.reads["raw.orders"] == {"raw.zone"}
    assert found.order.index("raw.zone") < found.order.index("raw.orders")
