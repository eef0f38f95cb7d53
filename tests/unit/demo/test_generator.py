"""The generated bank: same seed, same bytes; and every difficulty the tests rely on is really in it."""

from __future__ import annotations

import csv
import json
from collections import Counter
from datetime import datetime
from pathlib import Path

import pyarrow.parquet as pq
import pytest

from etl_core.demo.greatfin import generate


def tree(folder: Path) -> dict[str, bytes]:
    return {str(f.relative_to(folder)): f.read_bytes() for f in sorted(folder.rglob("*")) if f.is_file()}


def lines(path: Path) -> list[list[str]]:
    with path.open(encoding="utf-8", newline="") as file:
        return list(csv.reader(file))


@pytest.fixture(scope="module")
def day_1(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("day_1")
    generate(folder, 1)
    return folder


@pytest.fixture(scope="module")
def both(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("both")
    generate(folder, 1)
    generate(folder, 2)
    return folder


def test_equal_seeds_give_equal_bytes(both: Path, tmp_path: Path) -> None:
    generate(tmp_path, 1)
    generate(tmp_path, 2)
    assert tree(tmp_path) == tree(both)


def test_another_seed_gives_other_people(day_1: Path, tmp_path: Path) -> None:
    generate(tmp_path, 1, seed=8)
    name = "core_a/customer/LOAD00000001.csv"
    assert (tmp_path / name).read_bytes() != (day_1 / name).read_bytes()
    hr = "hr/employee/LOAD00000001.csv"
    assert (tmp_path / hr).read_bytes() == (day_1 / hr).read_bytes()


def test_scale_multiplies_the_people(day_1: Path, tmp_path: Path) -> None:
    generate(tmp_path, 1, scale=3)
    name = Path("core_a/customer/LOAD00000001.csv")
    assert len(lines(tmp_path / name)) == pytest.approx(3 * len(lines(day_1 / name)), rel=0.05)


def test_employees_are_the_documented_ones(both: Path) -> None:
    folder = both / "hr" / "employee"
    load = lines(folder / "LOAD00000001.csv")
    assert load[0] == ["101", "Smith", "John", "7-Jun-15", "New York"]
    assert [(row[0], *row[3:]) for row in load[1:]] == [
        ("102", "9-Oct-16", "Los Angeles"),
        ("103", "12-Mar-19", "Tampa"),
        ("104", "16-Mar-19", "Tampa"),
    ]
    changes = lines(folder / "20261102-101500123.csv")
    assert [(row[0], row[1], row[5]) for row in changes] == [
        ("I", "101", "New York"), ("U", "101", "Los Angeles"), ("U", "101", "Tampa"), ("D", "101", "Tampa"),
    ]  # fmt: skip


def test_day_2_only_adds_files_and_repeats_some(day_1: Path, both: Path) -> None:
    before, after = tree(day_1), tree(both)
    assert before.items() <= after.items()
    resent = pq.read_table(both / "core_b/customer/20261102-080000000.parquet")
    assert resent.equals(pq.read_table(both / "core_b/customer/20261101-130000000.parquet"))


def test_a_vendor_column_is_new_on_day_2(both: Path) -> None:
    folder = both / "data_vendor" / "person_attributes"
    october = lines(folder / "person_attributes_202610.csv")[0]
    november = lines(folder / "person_attributes_202611.csv")[0]
    assert november == [*october, "credit_band"]


def test_day_2_has_malformed_rows(both: Path) -> None:
    changes = lines(both / "core_a/customer/20261102-101500123.csv")
    assert sum(len(row) < 10 for row in changes) == 1
    assert sum(row[1] == "" for row in changes) == 1
    assert sum(len(row) == 10 and row[4] == "31.02.1985" for row in changes) == 1
    assert {row[0] for row in changes} == {"I", "U", "D", "Q"}
    torn = (both / "core_a/interaction/20261102-101500123.csv").read_text()
    assert not torn.endswith("\n")
    last = (both / "salesforce/lead/run-20261102T140000/leads-1.json").read_text().splitlines()[-1]
    with pytest.raises(json.JSONDecodeError):
        json.loads(last)


def test_late_changes_are_older_than_what_day_1_delivered(both: Path) -> None:
    folder = both / "core_b" / "customer"
    late = pq.read_table(folder / "20261102-090000000.parquet").column("commit_ts").to_pylist()
    known = pq.read_table(folder / "20261101-130000000.parquet").column("commit_ts").to_pylist()
    assert max(late) < min(known)
    stamp = "20261101-120000000"
    assert (both / f"core_a/customer/{stamp}.csv").exists()
    assert datetime.strptime(stamp, "%Y%m%d-%H%M%S%f") < datetime(2026, 11, 1, 15, 0)


def test_people_overlap_and_repeat(day_1: Path) -> None:
    a = lines(day_1 / "core_a/customer/LOAD00000001.csv")
    b = pq.read_table(day_1 / "core_b/customer/LOAD00000001.parquet").to_pylist()
    both_tax_ids = {row[4].replace("-", "") for row in a} & {str(row["ssn"]) for row in b}
    assert len(both_tax_ids) > 300
    assert max(Counter(row[0] for row in a).values()) > 1
    without_tax_id = [row for row in a if not row[4]]
    assert without_tax_id
    assert any(row["ssn"] is None for row in b)
    # Two people whom only the tax id tells apart.
    alike = Counter((row["full_name"], row["dob"]) for row in b if row["customer_id"] < 900_000)
    assert max(Counter(key for key, count in alike.items() if count > 1).values(), default=0) >= 1
