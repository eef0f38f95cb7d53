"""Several runs leave their metrics in one table; a dynamic rule and DetectAnomalies block by them."""

from __future__ import annotations

import json
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
from pyspark.sql import SparkSession
from typer.testing import CliRunner

from etl_core.cli.main import app
from etl_core.config.loader import load
from etl_core.metrics import store
from etl_core.run.entry import run
from etl_core.run.progress.rewind import Wish, rewind
from etl_core.run.request import Request
from tests.integration.projects import MINIMAL, catalog, write

CONTRACT = """\
table: raw.sale
source: {type: files, path: landing}
target: {mode: append, format: %s}
columns:
  - {name: id, type: int}
  - {name: paid, type: int}
quality:
  rules: |
    Rules = [ RowCount >= avg(last(3)) * 0.5, DetectAnomalies "Mean" "paid" ]
  table_rules: |
    Rules = [ RowCount > last() ]
"""


class Shop:
    def __init__(self, root: Path, format_name: str) -> None:
        self.root = write(root, MINIMAL | {"conf/tables/raw/sale.yaml": CONTRACT % format_name})
        self.day = 0

    def run(self, rows: int, paid: int = 10, **more: Any) -> Any:
        """A file of so many rows arrives; the run's record."""
        self.day += 1
        lines = "".join(f"{number},{paid}\n" for number in range(rows))
        write(self.root, {f"landing/day{self.day}.csv": f"id,paid\n{lines}"})
        at = datetime(2026, 1, self.day, tzinfo=UTC)
        return run(Request(self.root, keep_session=True, logical_time=at, **more)).record

    def table(self) -> list[dict[str, Any]]:
        rows = catalog(self.root).load_table("_strata.metrics").scan().to_arrow().to_pylist()
        return sorted(rows, key=lambda row: (row["recorded_at"], row["ruleset"], row["rule"]))

    def series(self) -> list[dict[str, Any]]:
        done = CliRunner().invoke(
            app, ["history", "raw.sale", "--rules", "--json", "--project", str(self.root)]
        )
        assert done.exit_code == 0, done.output
        return json.loads(done.stdout)  # type: ignore[no-any-return]


@pytest.mark.parametrize("format_name", ["iceberg", "delta"])
def test_rules_learn_from_the_runs_before(spark: SparkSession, tmp_path: Path, format_name: str) -> None:
    shop = Shop(tmp_path, format_name)
    first = [shop.run(rows) for rows in (4, 6, 8)]
    assert [record.exit_code for record in first] == [0, 0, 0], first[0].tables[0].error
    few = shop.run(2)  # fewer than half of (4 + 6 + 8) / 3
    assert few.exit_code == 3
    assert "now >= 3" in few.tables[0].verdicts[0].reason
    assert few.warnings == ()
    odd = shop.run(6, paid=99)  # the two waiting files together: (2 * 10 + 6 * 99) / 8
    assert [one.outcome for one in odd.tables[0].verdicts] == ["passed", "failed"]
    assert "Column.paid.Mean is 76.75; 9.5 to 10.5 was expected from 3 earlier results" in (
        odd.tables[0].verdicts[1].reason
    )

    counts = [row for row in shop.table() if row["ruleset"] == "rules" and row["rule_type"] == "RowCount"]
    assert [(row["value"], row["rows"], row["outcome"]) for row in counts] == [
        (4.0, 4, "passed"),
        (6.0, 6, "passed"),
        (8.0, 8, "passed"),
        (2.0, 2, "failed"),
        (8.0, 8, "passed"),
    ]
    assert [row["published_as"] for row in counts] == [*(one.run_id for one in first), None, None]
    whole = [row["value"] for row in shop.table() if row["ruleset"] == "table_rules"]
    assert whole == [4.0, 10.0, 18.0]  # a blocked batch leaves no candidate to judge

    line = next(one for one in shop.series() if one["rule"].startswith("RowCount >= "))
    assert [(point["value"], point["state"]) for point in line["points"]] == [
        (4.0, "published"),
        (6.0, "published"),
        (8.0, "published"),
        (2.0, "unpublished"),
        (8.0, "unpublished"),
    ]
    said = CliRunner().invoke(app, ["history", "raw.sale", "--rules", "--project", str(shop.root)]).stdout
    assert "▃▆█▁█" in said.replace("\n", "")
    page = next((shop.root / "warehouse/_strata/reports").glob(f"{odd.run_id}.html")).read_text()
    assert "Column.paid.Mean over 5 runs, the oldest first: 10, 10, 10, 10, 76.75" in page


def test_what_was_rewound_counts_no_more(spark: SparkSession, tmp_path: Path) -> None:
    shop = Shop(tmp_path, "iceberg")
    first, second = shop.run(10), shop.run(40)
    outcome = rewind(load(shop.root), Wish(first.run_id), lambda _: True, keep_session=True)
    assert outcome is not None
    marks = {(row["run_id"], row["rewound_by"]) for row in shop.table()}
    assert marks == {(first.run_id, None), (second.run_id, outcome.record.run_id)}
    (shop.root / "landing/day2.csv").unlink()
    again = shop.run(7)
    assert again.exit_code == 0  # 17 rows are more than the 10 of the first run, not than 50
    line = next(one for one in shop.series() if one["rule"].startswith("RowCount >= "))
    assert [point["state"] for point in line["points"]] == ["published", "rewound", "published"]


def test_a_run_id_that_comes_again_and_metrics_that_cannot_be_written(
    spark: SparkSession, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    shop = Shop(tmp_path, "iceberg")
    shop.run(4, run_id="20260101T000000Z-a")
    shop.run(6, run_id="20260101T000000Z-a")
    counts = [
        row["value"] for row in shop.table() if row["ruleset"] == "rules" and row["rule_type"] == "RowCount"
    ]
    assert counts == [6.0]

    def broken(*_: object) -> None:
        raise OSError("the disk is full")

    monkeypatch.setattr(store, "add", broken)
    record = shop.run(8)
    assert record.exit_code == 0
    assert record.warnings == (
        "the run's metrics are not in _strata.metrics: the disk is full; the tables are as reported",
    )
    assert len(shop.table()) == 3


ANALYZERS = """\
  rules: |
    Analyzers = [ Mean "paid", AllStatistics "id", Mean "gone" ]
  table_rules: |
    Rules = [ Mean "paid" > last() ]
    Analyzers = [ Sum "paid" ]
"""


def test_analyzers_keep_numbers_and_block_nothing(spark: SparkSession, tmp_path: Path) -> None:
    shop = Shop(tmp_path, "iceberg")
    contract = (CONTRACT % "iceberg").partition("  rules:")[0] + ANALYZERS.replace(', Mean "gone"', "")
    write(tmp_path, {"conf/tables/raw/sale.yaml": contract})
    record = shop.run(4)
    assert (record.exit_code, len(record.tables[0].judged)) == (0, 1)
    kept = {(row["ruleset"], row["measure"], row["metric"]): row for row in shop.table()}
    assert {key: row["value"] for key, row in kept.items()} == {
        ("rules", 'Mean "paid"', "Column.paid.Mean"): 10,
        ("rules", "RowCount", "Dataset.*.RowCount"): 4,
        ("rules", 'Completeness "id"', "Column.id.Completeness"): 1,
        ("rules", 'Uniqueness "id"', "Column.id.Uniqueness"): 1,
        ("rules", 'ColumnValues "id"', "Column.id.Minimum"): 0,
        ("rules", 'ColumnValues "id"', "Column.id.Maximum"): 3,
        ("table_rules", 'Mean "paid"', "Column.paid.Mean"): 10,
        ("table_rules", 'Sum "paid"', "Column.paid.Sum"): 40,
    }
    outcomes = {(row["ruleset"], row["rule"]): (row["outcome"], row["blocking"]) for row in shop.table()}
    assert outcomes == {
        ("rules", 'Mean "paid"'): ("measured", False),
        ("rules", 'AllStatistics "id"'): ("measured", False),
        ("table_rules", 'Mean "paid" > last()'): ("passed", True),
        ("table_rules", 'Sum "paid"'): ("measured", False),
    }


def test_an_analyzer_that_cannot_be_evaluated_says_so(spark: SparkSession, tmp_path: Path) -> None:
    shop = Shop(tmp_path, "iceberg")
    contract = (CONTRACT % "iceberg").partition("  rules:")[0] + ANALYZERS
    undeclared = contract.partition("columns:")[0] + "quality:" + contract.partition("quality:")[2]
    of_texts = undeclared.replace('Mean "paid"', 'Completeness "paid"').replace('Sum "paid"', "RowCount")
    write(tmp_path, {"conf/tables/raw/sale.yaml": of_texts})
    record = shop.run(4)
    assert record.exit_code == 0, record.tables[0].error
    (odd,) = [one for one in record.tables[0].verdicts if one.reason]
    assert (odd.rule, odd.outcome, odd.blocking) == ('Mean "gone"', "measured", False)
    assert "no column `gone`" in odd.reason
    (row,) = [one for one in shop.table() if one["rule"] == 'Mean "gone"']
    assert (row["rule_type"], row["value"], row["outcome"]) == ("Mean", None, "measured")
