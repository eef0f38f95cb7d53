"""Full extracts through `strata run`: one by one, late, corrected, and those that cannot be trusted."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, datetime
from pathlib import Path
from typing import Any

import pytest
from pyspark.sql import SparkSession

from etl_core.sinks import capabilities
from tests.integration.projects import MINIMAL, part, run_json, strata, write
from tests.oracles.extracts import BAD, Extracts
from tests.oracles.history import Interval
from tests.warehouse import Warehouse

TABLE = "standardized.product"
CONTRACT = """\
table: standardized.product
source: {type: files, path: landing}
target: {format: FORMAT, mode: snapshot, keys: [id], max_deleted: 60%, TARGET}
columns:
  - {name: id, type: int}
  - {name: name}
  - {name: price, type: "decimal(8,2)"}
"""
FORMATS = [name for name, can in capabilities.load().items() if "snapshot" in can.modes]
KEPT = {"scd1": "history: scd1", "soft": "deletes: soft", "scd2": "history: scd2, track: [name]"}

Rows = dict[int, tuple[str, str]]


class Project:
    def __init__(self, root: Path, spark: SparkSession, format_name: str, kept: str) -> None:
        contract = CONTRACT.replace("FORMAT", format_name).replace("TARGET", KEPT[kept])
        self.root = write(root, MINIMAL | {f"conf/tables/{TABLE.replace('.', '/')}.yaml": contract})
        self.format, self.kept = format_name, kept
        self.warehouse = Warehouse(spark, root / "warehouse")
        self.oracle = Extracts(("name",))

    def land(self, name: str, rows: Rows | str) -> None:
        text = rows if isinstance(rows, str) else "".join(f"{k},{n},{p}\n" for k, (n, p) in rows.items())
        write(self.root, {f"landing/{name}": "id,name,price\n" + text})

    def expect(self, day: str, rows: Mapping[int, tuple[str, str] | str]) -> None:
        """`rows` are what the extract of `day` says; BAD: it says nothing of that key."""
        seen = {
            key: row if isinstance(row, str) else {"name": row[0], "price": row[1]}
            for key, row in rows.items()
        }
        self.oracle.apply(datetime.combine(date.fromisoformat(day), datetime.min.time()), seen)

    def run(self, *arguments: str, code: int = 0) -> dict[str, Any]:
        record = part(run_json(self.root, *arguments, code=code), TABLE)
        rows = record["rows"]
        assert rows["read"] == sum(rows[name] for name in ("written", "quarantined", "dropped", "superseded"))
        return record

    def check(self) -> None:
        rows = self.warehouse.rows(TABLE, self.format)
        if self.kept == "scd2":
            assert {self._interval(row) for row in rows} == self.oracle.history()
            return
        live = {row["id"]: row for row in rows if not row.pop("is_deleted", False)}
        found = {key: {"name": row["name"], "price": str(row["price"])} for key, row in live.items()}
        assert found == self.oracle.rows

    def turned_away(self) -> list[str]:
        """The values for which rows are in quarantine."""
        rows = self.warehouse.side(TABLE, "quarantine", self.format)
        return sorted(row["errors"][0]["value"] for row in rows)

    def _interval(self, row: dict[str, Any]) -> Interval:
        assert row["is_current"] == (row["valid_to"] is None)
        data = (("name", row["name"]), ("price", str(row["price"])))
        return Interval(row["id"], row["valid_from"], row["valid_to"], data)


FIRST: Rows = {1: ("a", "1.00"), 2: ("b", "2.00"), 3: ("c", "3.00")}
SECOND: Rows = {1: ("a", "1.00"), 2: ("B", "2.50"), 4: ("d", "4.00")}
THIRD: Rows = {2: ("B", "2.50"), 3: ("c", "3.00"), 4: ("d", "4.00")}


@pytest.mark.parametrize("kept", KEPT)
@pytest.mark.parametrize("format_name", FORMATS)
def test_extracts_are_applied_one_by_one(
    tmp_path: Path, spark: SparkSession, format_name: str, kept: str
) -> None:
    project = Project(tmp_path, spark, format_name, kept)
    for day, rows in (("2026-03-01", FIRST), ("2026-03-03", SECOND)):
        project.land(f"{day}/part-1.csv", {k: v for k, v in rows.items() if k < 2})
        project.land(f"{day}/part-2.csv", {k: v for k, v in rows.items() if k >= 2})
        project.expect(day, rows)
    record = project.run()
    assert record["rows"] == {"read": 6, "written": 5, "quarantined": 0, "dropped": 0, "superseded": 1}
    assert "applies 2 extracts one by one: 2026-03-01, 2026-03-03" in record["notes"]
    project.check()

    project.land("2026-03-02/part-1.csv", THIRD)  # late
    late = project.run()
    assert late["status"] == "nothing_new"
    assert "extract 2026-03-02 came after 2026-03-03 was applied and changes nothing" in late["notes"]

    corrected: Rows = {**SECOND, 3: ("c", "3.00"), 4: ("D", "4.00")}
    project.land("2026-03-03/part-3.csv", {3: ("c", "3.00"), 4: ("D", "4.00")})
    assert project.run()["rows"]["read"] == 5  # with the other two files
    project.expect("2026-03-03", corrected)
    project.check()

    project.land("all_20260304.csv", THIRD)
    project.expect("2026-03-04", THIRD)
    assert project.run()["rows"]["superseded"] == 2
    project.check()
    assert project.run()["status"] == "nothing_new"


def test_what_cannot_be_trusted_blocks_and_the_rest_waits(tmp_path: Path, spark: SparkSession) -> None:
    project = Project(tmp_path, spark, "iceberg", "scd1")
    project.land("2026-03-01.csv", FIRST)
    project.expect("2026-03-01", FIRST)
    project.run()
    project.land("2026-03-02.csv", "")
    project.land("2026-03-03.csv", "1,a,1.00\n2\n,c,3.00\nx\n")
    project.land("2026-03-04.csv", {1: ("a", "1.00")})
    project.land("2026-03-05.csv", {**FIRST, 4: ("d", "4.00")})
    for day, words in (
        ("2026-03-02", "the extract 2026-03-02 of standardized.product has no rows"),
        ("2026-03-03", "is torn (row"),
        ("2026-03-04", "lacks 2 of its 3 keys (66.7 %), and max_deleted is 60%"),
    ):
        record = project.run(code=3)
        assert record["status"] == "blocked"
        assert words in record["error"]
        assert "extracts after it wait" in record["hint"]
        project.check()
        (project.root / f"landing/{day}.csv").unlink()
    assert project.run()["rows"]["written"] == 1
    project.expect("2026-03-05", {**FIRST, 4: ("d", "4.00")})
    project.check()


def test_a_blocked_extract_leaves_what_came_before_it(tmp_path: Path, spark: SparkSession) -> None:
    project = Project(tmp_path, spark, "iceberg", "scd2")
    project.land("2026-03-01.csv", FIRST)
    project.land("2026-03-02.csv", "")
    project.land("2026-03-03.csv", SECOND)
    record = project.run(code=3)
    assert record["snapshot"]
    assert record["data_state"].startswith("published: readers see")
    project.expect("2026-03-01", FIRST)
    project.check()
    project.land("2026-03-02.csv", THIRD)
    project.expect("2026-03-02", THIRD)
    project.expect("2026-03-03", SECOND)
    assert project.run()["rows"]["read"] == 6
    project.check()


@pytest.mark.parametrize("kept", ["scd1", "scd2"])
def test_a_key_whose_row_was_turned_away_is_not_missing(
    tmp_path: Path, spark: SparkSession, kept: str
) -> None:
    project = Project(tmp_path, spark, "iceberg", kept)
    project.land("2026-03-01.csv", FIRST)
    project.expect("2026-03-01", FIRST)
    project.run()
    project.land("2026-03-02.csv", "1,a,much\n2,b\n,n,1.00\n4,d,4.00\n4,D,4.50\n")
    project.expect("2026-03-02", {1: BAD, 2: BAD, 4: ("D", "4.50")})
    rows = project.run()["rows"]
    assert rows == {"read": 5, "written": 1, "quarantined": 3, "dropped": 0, "superseded": 1}
    project.check()


RULES = """\
quality:
  rules: |
    Rules = [ ColumnValues "price" > 0, RowCount > 2 ]
"""


def test_rules_judge_the_whole_extract(tmp_path: Path, spark: SparkSession) -> None:
    project = Project(tmp_path, spark, "iceberg", "scd1")
    path = project.root / "conf/tables/standardized/product.yaml"
    path.write_text(path.read_text() + RULES)
    project.land("2026-03-01.csv", {**FIRST, 4: ("d", "4.00")})
    project.expect("2026-03-01", {**FIRST, 4: ("d", "4.00")})
    project.run()
    # only one row differs and one is turned away, but the extract has enough of them
    project.land("2026-03-02.csv", {**FIRST, 1: ("A", "1.00"), 2: ("b", "-2.00"), 4: ("d", "4.00")})
    project.expect("2026-03-02", {**FIRST, 1: ("A", "1.00"), 2: BAD, 4: ("d", "4.00")})
    assert project.run()["rows"]["quarantined"] == 1
    project.check()
    project.land("2026-03-03.csv", {1: ("A", "1.00"), 2: ("b", "2.00")})
    assert "RowCount > 2" in project.run(code=3)["error"]
    project.check()


def test_an_upstream_table_is_an_extract_too(tmp_path: Path, spark: SparkSession) -> None:
    upstream = """\
table: raw.product
source: {type: files, path: landing}
target: {mode: overwrite}
columns:
  - {name: id, type: int}
  - {name: name}
  - {name: price, type: "decimal(8,2)"}
"""
    contract = CONTRACT.replace("FORMAT", "iceberg").replace("TARGET", KEPT["scd2"])
    contract = contract.replace("source: {type: files, path: landing}", "inputs: {product: raw.product}")
    project = Project(tmp_path, spark, "iceberg", "scd2")
    write(
        project.root,
        {"conf/tables/raw/product.yaml": upstream, "conf/tables/standardized/product.yaml": contract},
    )
    for day, rows in (("2026-03-01", FIRST), ("2026-03-03", SECOND)):
        project.land(f"{day}.csv", rows)
        project.expect(day, rows)
        project.run("--logical-time", f"{day}T00:00:00")
        project.check()
    project.land("again.csv", THIRD)
    early = project.run("--logical-time", "2026-03-02T00:00:00", code=2)
    assert "is before that of the extract applied last" in early["error"]
    project.check()


def test_the_plan_names_the_extracts_and_files_without_a_date(tmp_path: Path, spark: SparkSession) -> None:
    project = Project(tmp_path, spark, "iceberg", "scd1")
    path = project.root / "conf/tables/standardized/product.yaml"
    path.write_text(path.read_text().replace("path: landing", r"path: landing, extract: 'day-(\d+)'"))
    project.land("day-20260301.csv", FIRST)
    assert "applies the extract 2026-03-01" in strata(project.root, "plan").stdout
    project.land("night-20260302.csv", FIRST)
    said = strata(project.root, "plan", code=4).stdout
    assert "`extract` finds no date in night-20260302.csv" in said


TABLE_RULES = """\
quality:
  table_rules: |
    Rules = [ RowCount <= 3 ]
"""


@pytest.mark.parametrize("format_name", FORMATS)
def test_a_blocked_second_extract_takes_only_its_own_quarantine_back(
    tmp_path: Path, spark: SparkSession, format_name: str
) -> None:
    project = Project(tmp_path, spark, format_name, "scd1")
    path = project.root / "conf/tables/standardized/product.yaml"
    path.write_text(path.read_text() + TABLE_RULES)
    project.land("2026-03-01.csv", "1,a,much\n2,b,2.00\n3,c,3.00\n")
    project.land("2026-03-02.csv", "2,b,2.00\n3,c,plenty\n4,d,4.00\n5,e,5.00\n")
    record = project.run(code=3)
    assert record["data_state"].startswith("published: readers see")
    project.expect("2026-03-01", {1: BAD, 2: ("b", "2.00"), 3: ("c", "3.00")})
    project.check()
    assert project.turned_away() == ["much"]

    project.land("2026-03-02.csv", "2,b,2.00\n3,c,plenty\n4,d,4.00\n")
    project.run()
    project.expect("2026-03-02", {2: ("b", "2.00"), 3: BAD, 4: ("d", "4.00")})
    project.check()
    assert project.turned_away() == ["much", "plenty"]
