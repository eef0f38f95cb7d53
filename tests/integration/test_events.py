"""Events end to end, on every format that changes single rows: what is in the table, and what is told."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from pyspark.sql import SparkSession

from etl_core.report.records import TableRecord
from etl_core.run.entry import run
from etl_core.run.request import Request
from tests.contract.conftest import KEYED_FORMATS
from tests.integration.projects import MINIMAL, write
from tests.warehouse import Warehouse

NAME = "raw.person"
DAY_0 = datetime(2026, 3, 1, tzinfo=UTC)
CONTRACT = """\
table: raw.person
source: {{type: files, path: landing}}
target: {{format: {format}, mode: cdc, keys: [id], operation_column: op, {target}}}
columns:
  - {{name: id, type: int, nullable: false}}
  - {{name: name}}
  - {{name: age, type: int}}
quality:
  rules: |
    Rules = [ IsPrimaryKey "id", ColumnValues "age" between -1 and 200 ]
"""
HEADER = "op,id,old_id,name,age\n"


class Person:
    """The table and its landing folder."""

    def __init__(self, spark: SparkSession, root: Path, format_name: str, target: str) -> None:
        self.root, self.format = root, format_name
        contract = CONTRACT.format(format=format_name, target=target)
        write(root, MINIMAL | {"conf/tables/raw/person.yaml": contract, "landing/.keep": ""})
        self.warehouse = Warehouse(spark, root / "warehouse")

    def run(self, day: int, **files: str) -> TableRecord:
        """What lands on that day, by file name; then a run."""
        for name, lines in files.items():
            (self.root / "landing" / f"{name}.csv").write_text(HEADER + lines)
        request = Request(self.root, keep_session=True, logical_time=DAY_0 + timedelta(days=day))
        record = run(request).record.tables[0]
        assert record.exit_code == 0, f"{record.stage}: {record.error}"
        return record

    def rows(self) -> dict[int, tuple[Any, ...]]:
        """id -> the other columns."""
        rows = self.warehouse.rows(NAME, self.format)
        return {row["id"]: tuple(row[name] for name in row if name not in ("id", "old_id")) for row in rows}

    def side(self, kind: str) -> list[dict[str, Any]]:
        return self.warehouse.side(NAME, kind, self.format)


def account(record: TableRecord) -> tuple[int, ...]:
    rows = record.rows
    return rows.read, rows.written, rows.quarantined, rows.dropped, rows.superseded


@pytest.mark.parametrize("format_name", KEYED_FORMATS)
def test_removals_are_remembered_and_at_last_forgotten(
    spark: SparkSession, tmp_path: Path, format_name: str
) -> None:
    target = "before_keys: [old_id], truncate_when: \"op = 'T'\", tombstone_retention: 10d"
    person = Person(spark, tmp_path, format_name, target)
    first = person.run(0, f01="I,1,,ann,30\nI,2,,bob,40\nU,1,,ann,31\nI,3,,cy,20\n")
    assert account(first) == (4, 3, 0, 0, 1)
    assert person.rows() == {1: ("ann", 31), 2: ("bob", 40), 3: ("cy", 20)}

    changed = "U,5,2,bob,41\nD,3,,,\nU,1,,ann,32\nU,1,,ann,-5\n"
    second = person.run(1, f02=changed)
    assert person.rows() == {1: ("ann", 31), 5: ("bob", 41)}
    assert account(second) == (5, 3, 2, 0, 0)
    assert sorted(row["reason"].split(":")[0] for row in person.side("quarantine")) == ["held", "rule failed"]
    assert any("1 changed key(s)" in note for note in second.notes)
    assert [verdict.outcome for verdict in second.verdicts] == ["passed", "failed"]
    assert len(person.side("tombstones")) == 2

    person.run(20, f03="I,6,,di,50\n")
    assert [row["_strata_kind"] for row in person.side("tombstones")] == ["expired"]

    late = person.run(21, f01b="D,4,,,\nU,3,,back from the dead,20\n", f02b="U,5,,newer than its row,42\n")
    assert person.rows() == {1: ("ann", 31), 5: ("newer than its row", 42), 6: ("di", 50)}
    assert account(late) == (3, 2, 1, 0, 0)
    assert late.quarantine[0].reason == "too_late"

    emptied = person.run(22, f04="U,1,,ann,33\nT,,,,\nI,7,,eve,60\n")
    assert account(emptied) == (3, 2, 0, 0, 1)
    assert person.rows() == {7: ("eve", 60)}
    again = person.run(23, f03b="I,8,,late,1\nD,7,,,\n", f05="U,7,,eve,61\n")
    assert account(again) == (3, 1, 0, 0, 2)
    assert person.rows() == {7: ("eve", 61)}


@pytest.mark.parametrize("format_name", KEYED_FORMATS)
def test_what_was_deleted_stays_and_what_is_null_is_not_news(
    spark: SparkSession, tmp_path: Path, format_name: str
) -> None:
    person = Person(spark, tmp_path, format_name, "deletes: soft, partial: ignore_null_updates")
    assert account(person.run(0, f01="I,1,,ann,30\nI,2,,bob,40\nU,1,,,31\n")) == (3, 2, 0, 0, 1)
    assert person.rows() == {1: ("ann", 31, False), 2: ("bob", 40, False)}
    assert account(person.run(1, f02="U,1,,anna,\nD,2,,,-3\nD,9,,,\n")) == (3, 3, 0, 0, 0)
    assert person.rows() == {1: ("anna", 31, False), 2: (None, -3, True), 9: (None, None, True)}
    third = person.run(2, f03="U,2,,,41\nU,1,,,99\nU,1,,,-7\n", f01b="U,9,,late,9\n")
    assert account(third) == (4, 1, 2, 0, 1)
    assert person.rows() == {1: ("anna", 31, False), 2: (None, 41, False), 9: (None, None, True)}
    assert person.warehouse.side(NAME, "tombstones", person.format) == []
