"""Rules end to end: what their verdicts do with a batch, whichever engine judges."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from pyspark.sql import SparkSession

from etl_core.report.records import TableRecord
from etl_core.run.entry import run
from etl_core.run.request import Request
from tests.glue_quality import installed
from tests.integration.projects import MINIMAL, write
from tests.warehouse import Warehouse

NAME = "raw.contact"
CONTRACT = """\
table: raw.contact
source: {type: files, path: landing}
target: {mode: append}
columns:
  - {name: id, type: int}
  - {name: phone}
  - {name: mail}
  - {name: since, type: date}
"""
ROWS = """\
id,phone,mail,since
1,555,,2024-01-01
2,,b@x,2023-01-01
3,,,2024-02-01
4,777,d@x,2024-03-01
4,777,e@x,2024-03-01
"""


def judged(spark: SparkSession, root: Path, quality: str, environment: str = "") -> tuple[TableRecord, Any]:
    """One run; its record, and the warehouse."""
    write(root, MINIMAL | {"conf/tables/raw/contact.yaml": CONTRACT + quality, "landing/a.csv": ROWS})
    path = root / "conf/environments/local.yaml"
    path.write_text(path.read_text() + environment)
    return run(Request(root, keep_session=True)).record.tables[0], Warehouse(spark, root / "warehouse")


EITHER = '(IsComplete "phone") or (IsComplete "mail")'
ZONED = 'ColumnValues "since" > "2023-06-01" with timeZone = "UTC"'  # Deequ's, under `auto`


def test_rows_judged_by_composites_and_by_two_engines(spark: SparkSession, tmp_path: Path) -> None:
    rules = f"quality:\n  composites: row\n  rules: |\n    Rules = [ {EITHER}, {ZONED}, RowCount = 5 ]\n"
    record, warehouse = judged(spark, tmp_path, rules)
    assert record.exit_code == 0, record.error
    assert [(one.rule, one.outcome) for one in record.verdicts] == [
        (EITHER, "failed"),
        (ZONED, "failed"),
        ("RowCount = 5", "passed"),
    ]
    assert [row["id"] for row in warehouse.rows(NAME, "iceberg")] == [1, 4, 4]
    quarantined = {row["row"]: row["rules"] for row in warehouse.side(NAME, "quarantine", "iceberg")}
    assert sorted(quarantined.values()) == [[EITHER], [ZONED]]
    assert (record.rows.read, record.rows.written, record.rows.quarantined) == (5, 3, 2)


@pytest.mark.parametrize("engine", ["inline", "deequ"])
def test_a_rule_that_cannot_be_judged_blocks_and_says_why(
    spark: SparkSession, tmp_path: Path, engine: str
) -> None:
    rules = 'quality:\n  rules: |\n    Rules = [ RowCount = 5, CustomSql "select gone from primary" > 0 ]\n'
    record, warehouse = judged(spark, tmp_path, rules, f"rule_engine: {engine}\n")
    assert record.exit_code == 3
    assert [one.outcome for one in record.verdicts] == ["passed", "failed"]
    assert "gone" in record.verdicts[1].reason
    assert warehouse.rows(NAME, "iceberg") == []


def test_glue_judges_and_publishes_under_the_tables_name(
    spark: SparkSession, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    glue = installed(monkeypatch)
    rules = (
        f"quality:\n  rules: |\n    Rules = [ {EITHER}, ColumnCount = 4 ]\n"
        '  table_rules: |\n    Rules = [ IsComplete "id" ]\n'
    )
    record, warehouse = judged(spark, tmp_path, rules, "rule_engine: glue\n")
    assert record.exit_code == 0, record.error
    assert [one.outcome for one in record.verdicts] == ["failed", "passed", "passed"]
    assert [row["id"] for row in warehouse.rows(NAME, "iceberg")] == [1, 2, 4, 4]
    assert (record.rows.read, record.rows.written, record.rows.quarantined) == (5, 4, 1)
    contexts = [call.publishing["dataQualityEvaluationContext"] for call in glue.asked]
    assert contexts == [NAME, f"{NAME}.columns", f"{NAME}.table_rules"]


def test_outside_of_glue_a_run_says_that_there_is_none(spark: SparkSession, tmp_path: Path) -> None:
    rules = "quality:\n  rules: |\n    Rules = [ RowCount = 5 ]\n"
    record, warehouse = judged(spark, tmp_path, rules, "rule_engine: glue\n")
    assert record.exit_code == 4
    assert "works in Glue jobs only" in record.error
    assert warehouse.rows(NAME, "iceberg") == []
