"""`read: changed_keys`: where the contracts know all columns, a change must lead to some key."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.unit.config.small_project import problems

CITY = """\
table: raw.city
source: {path: landing/city}
target: {mode: cdc, keys: [city_id]}
columns: [{name: city_id}, {name: city}]
"""
SALE = """\
table: raw.sale
source: {path: landing/sale}
target: {mode: cdc, keys: [sale_id]}
columns: [{name: sale_id}, {name: seller}, {name: town}]
"""
TARGET = "target: {mode: overwrite, keys: [sale_id]}\n"


def with_cities(tmp_path: Path, cities: str, city: str = CITY) -> list[str]:
    text = (
        "table: enriched.sale\n"
        "inputs:\n"
        "  sales: {table: raw.sale, read: changed_keys}\n"
        f"  cities: {cities}\n{TARGET}"
    )
    job = "from etl_core import table\n@table('enriched.sale')\ndef sale(sales, cities):\n    return sales\n"
    files = {
        "conf/tables/raw/city.yaml": city,
        "conf/tables/raw/sale.yaml": SALE,
        "conf/tables/enriched/sale.yaml": text,
        "jobs/enriched/sale.py": job,
    }
    return [str(problem) for problem in problems(tmp_path, files)]


@pytest.mark.parametrize(
    "cities",
    [
        "{table: raw.city, read: changed_keys, on: {city_id: town}}",
        "{table: raw.city, read: changed_keys, on: {CITY_ID: Town}}",
        "{table: raw.city, read: all}",
    ],
)
def test_a_way_there_is(tmp_path: Path, cities: str) -> None:
    assert with_cities(tmp_path, cities) == []


def test_no_way_is_refused_with_what_to_write(tmp_path: Path) -> None:
    (found,) = with_cities(tmp_path, "{table: raw.city, read: changed_keys}")
    assert "a change in `raw.city` leads to no key: it lacks sale_id" in found
    assert "no other input refers to it by city_id" in found
    assert "on: {its column" in found


def test_an_unknown_column_of_the_link(tmp_path: Path) -> None:
    (found,) = with_cities(tmp_path, "{table: raw.city, read: changed_keys, on: {city_ib: town}}")
    assert "`on` names no declared column of `raw.city`: `city_ib`" in found
    assert "city_id" in found


def test_where_columns_are_not_declared_the_run_decides(tmp_path: Path) -> None:
    open_ended = CITY.replace("columns: [{name: city_id}, {name: city}]\n", "")
    assert with_cities(tmp_path, "{table: raw.city, read: changed_keys}", open_ended) == []


def test_a_history_cannot_be_recomputed(tmp_path: Path) -> None:
    text = (
        "table: enriched.sale\ninputs:\n  sales: {table: raw.orders, read: changed_keys}\n"
        "target: {mode: merge, keys: [id], history: scd2, effective_at: at}\n"
    )
    found = [str(problem) for problem in problems(tmp_path, {"conf/tables/enriched/sale.yaml": text})]
    assert any("without the times of events that history scd2 needs" in problem for problem in found)


def test_new_rows_alone_do_not_make_a_key(tmp_path: Path) -> None:
    (found, *_) = with_cities(tmp_path, "{table: raw.city, read: new}", CITY.replace("cdc", "append"))
    assert "`read: new` beside `read: changed_keys`: a recomputed key needs all its rows" in found
