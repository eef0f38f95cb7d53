"""GreatFin raw to enriched, two days and a third run, against an oracle in plain Python."""

from __future__ import annotations

import shutil
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest

from etl_core.demo.greatfin import generate
from tests.integration.projects import REPOSITORY, part, rows, run_json, write
from tests.oracles import greatfin as oracle
from tests.oracles.events import Row
from tests.oracles.greatfin_tables import TABLES, comparable, expected_tables

ENVIRONMENT = """\
profile: glue-5.1
warehouse: warehouse
variables: {landing: landing, reference: conf/reference}
threads: 4
"""


@dataclass
class Day:
    record: dict[str, Any]
    tables: dict[str, list[Row]]
    expected: dict[str, list[Row]]
    counts: dict[str, tuple[int, int, int]]  # raw rows, raw quarantined, quarantined; since the beginning


@pytest.fixture(scope="module")
def root(tmp_path_factory: pytest.TempPathFactory) -> Path:
    root = tmp_path_factory.mktemp("greatfin")
    for folder in ("conf", "jobs"):
        shutil.copytree(REPOSITORY / folder, root / folder)
    return write(root, {"conf/environments/local.yaml": ENVIRONMENT})


@pytest.fixture(scope="module")
def days(root: Path) -> dict[int, Day]:
    """Both days run; what the tables held after each."""
    sources = oracle.sources(root / "landing")
    done: dict[int, Day] = {}
    for day in (1, 2):
        generate(root / "landing", day)
        for source in sources.values():
            source.advance()
        record = run_json(root, "--logical-time", f"2026-11-0{day}T23:00:00")
        expected = expected_tables(root, sources)
        counts = {name: (s.raw_rows, s.raw_quarantined, s.table.quarantined) for name, s in sources.items()}
        done[day] = Day(record, {name: rows(root, name) for name in expected}, expected, counts)
    return done


@pytest.mark.parametrize("day", [1, 2])
@pytest.mark.parametrize("table", TABLES)
def test_table_holds_what_the_oracle_says(days: dict[int, Day], table: str, day: int) -> None:
    held, expected = comparable(days[day].tables[table]), comparable(days[day].expected[table])
    missing, unexpected = list((expected - held).elements()), list((held - expected).elements())
    assert (missing[:3], unexpected[:3]) == ([], []), f"{len(missing)} missing, {len(unexpected)} unexpected"


@pytest.mark.parametrize("day", [1, 2])
@pytest.mark.parametrize("source", list(oracle.sources(Path())))
def test_every_row_is_accounted_for(days: dict[int, Day], source: str, day: int) -> None:
    raw, raw_bad, bad = days[day].counts[source]
    before = days[1].counts[source] if day == 2 else (0, 0, 0)
    landed = part(days[day].record, f"raw.{source}")["rows"]
    assert (landed["written"], landed["quarantined"]) == (raw - before[0], raw_bad - before[1])
    applied = part(days[day].record, f"standardized.{source}")["rows"]
    assert (applied["read"], applied["quarantined"]) == (raw - before[0], bad - before[2])
    for entry in days[day].record["tables"]:
        count = entry["rows"]
        parts = ("written", "quarantined", "dropped", "superseded")
        assert count["read"] == sum(count[name] for name in parts), entry["table"]


def test_employee_101_came_and_went(days: dict[int, Day]) -> None:
    assert {row["emp_id"] for row in days[1].tables["standardized.employee"]} == {101, 102, 103, 104}
    assert {row["emp_id"] for row in days[2].tables["standardized.employee"]} == {102, 103, 104}


def test_the_new_column_arrives_and_old_rows_lack_it(days: dict[int, Day]) -> None:
    assert "credit_band" not in days[1].tables["standardized.person_attribute"][0]
    bands = {row["credit_band"] for row in days[2].tables["standardized.person_attribute"]}
    assert bands == {None, "A", "B", "C", "D"}


def test_leads_lie_by_region_and_year(days: dict[int, Day], root: Path) -> None:
    folders = {path.parent.name for path in (root / "warehouse/conformed/leads/data").rglob("year=*")}
    assert folders >= {"region=Northeast", "region=Midwest", "region=South", "region=West"}


def test_top_leads_are_wealthy_few_and_ranked(days: dict[int, Day]) -> None:
    top = days[2].tables["enriched.top_leads_by_region"]
    assert all(row["net_worth"] >= 1_000_000 for row in top)
    for region in {row["region"] for row in top}:
        of_region = sorted((row["rank"], row["net_worth"]) for row in top if row["region"] == region)
        assert [rank for rank, _ in of_region] == list(range(1, 11))
        assert [worth for _, worth in of_region] == sorted((w for _, w in of_region), reverse=True)


def test_a_third_run_writes_nothing(days: dict[int, Day], root: Path) -> None:
    record = run_json(root)
    assert {entry["status"] for entry in record["tables"]} == {"nothing_new"}
    for table, held in days[2].tables.items():
        assert comparable(rows(root, table)) == comparable(held), table
