"""The sinks under contract. A new format is one line in FORMATS."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from pyspark.sql import SparkSession

from etl_core.sinks import capabilities
from etl_core.sinks.protocol import SinkTable
from tests.contract.kit import PLAIN, Bench, make_bench, schema

FORMATS = (
    "delta",
    "hudi",
    "iceberg",
    "parquet",
)
KEYED_FORMATS = tuple(name for name in FORMATS if "cdc" in capabilities.load().get(name).modes)


@pytest.fixture(params=FORMATS)
def bench(request: pytest.FixtureRequest, spark: SparkSession, tmp_path: Path) -> Bench:
    return make_bench(spark, tmp_path, request.param)


@pytest.fixture
def sink_table(bench: Bench) -> Callable[..., SinkTable]:
    """Makes a table with the columns given."""

    def make(columns: str = PLAIN, name: str = "raw.person", **spec: Any) -> SinkTable:
        table = bench.open(name, **spec)
        table.create(schema(table, columns))
        return table

    return make


@pytest.fixture
def person(sink_table: Callable[..., SinkTable]) -> SinkTable:
    """`raw.person`, empty."""
    return sink_table()
