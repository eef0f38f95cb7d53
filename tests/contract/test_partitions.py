"""Replacing the partitions a batch falls into, and nothing else."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from pathlib import Path
from typing import Any

import pytest
from pyspark.sql import SparkSession

from etl_core.sinks import capabilities
from etl_core.sinks.protocol import SinkTable
from tests.contract.conftest import FORMATS
from tests.contract.kit import Bench, frame, ids, make_bench, state

Make = Callable[..., SinkTable]
ABLE = [
    name for name in FORMATS if "overwrite_partitions" in capabilities.load().get(name.split("-")[0]).modes
]
COLUMNS = "id int, region string, day date, _strata_run_id string"


@pytest.fixture(params=ABLE)
def bench(request: pytest.FixtureRequest, spark: SparkSession, tmp_path: Path) -> Bench:
    return make_bench(spark, tmp_path, request.param)


def replace(table: SinkTable, run_id: str, *rows: tuple[int, str | None, date | None]) -> list[int]:
    """One whole run; returns the ids of the candidate."""
    staging = table.begin(run_id)
    given: list[Any] = [(*row, run_id) for row in rows]
    assert table.overwrite_partitions(staging, frame(table, given, COLUMNS)) in (None, len(rows))
    found = ids(table.candidate(staging))
    assert table.publish(staging, state(run_id)).rows == len(rows)
    return found


def test_only_the_partitions_of_the_batch_change(sink_table: Make) -> None:
    table = sink_table(COLUMNS, partition_by=("region",))
    before = [(1, "east", None), (2, "east", None), (3, "west", None), (4, None, None), (5, "", None)]
    assert replace(table, "r1", *before) == [1, 2, 3, 4, 5]
    assert replace(table, "r2", (6, "east", None), (7, "north", None)) == [3, 4, 5, 6, 7]
    assert replace(table, "r3", (8, None, None)) == [3, 5, 6, 7, 8]
    assert ids(table.read()) == [3, 5, 6, 7, 8]
    assert {row["id"]: row["region"] for row in table.read().collect()}[5] == ""
    assert table.state() == state("r3")


def test_partitions_of_a_transform(sink_table: Make) -> None:
    table = sink_table(COLUMNS, partition_by=("months(day)",))
    replace(table, "r1", (1, "a", date(2024, 1, 1)), (2, "a", date(2024, 1, 31)), (3, "a", date(2024, 2, 1)))
    assert replace(table, "r2", (4, "a", date(2024, 1, 15))) == [3, 4]
    assert ids(table.read()) == [3, 4]


def test_a_batch_without_rows_changes_nothing(sink_table: Make) -> None:
    table = sink_table(COLUMNS, partition_by=("region",))
    replace(table, "r1", (1, "east", None))
    assert replace(table, "r2") == [1]
    assert (ids(table.read()), table.state()) == ([1], state("r2"))
