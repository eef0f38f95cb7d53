"""Helpers of the source tests: a contract in two lines, and reading what discovery found."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from pyspark.sql import DataFrame, Row, SparkSession

from etl_core.config.models.columns import Column, Drift
from etl_core.config.models.source import ResolvedSource
from etl_core.config.models.table import TableConfig
from etl_core.config.project import Table
from etl_core.names import PROBLEM, RAW_LINE, ROW, SOURCE_FILE, SYSTEM_PREFIX
from etl_core.sources import rows as file_rows
from etl_core.sources.load import load


def table(columns: str, drift: Drift | None = None) -> Table:
    """`columns`: "a, b int, c=Source.Name date, d decimal(9;2)"."""
    config = TableConfig.model_validate(
        {
            "table": "raw.t",
            "source": {"path": "x"},
            "target": {"mode": "append"},
            "columns": [_column(text.strip()) for text in columns.split(",") if text.strip()],
            "drift": drift or Drift(),
        }
    )
    return Table(config=config, source=None, format="iceberg", parameters={})


def _column(text: str) -> Column:
    names, _, kind = text.partition(" ")
    name, _, source = names.partition("=")
    return Column(name=name, type=kind.replace(";", ",") or "string", source=source or None)


def read(spark: SparkSession, path: Path, contract: Table, **options: Any) -> DataFrame:
    """All files under `path`, as a first run reads them."""
    source = ResolvedSource(path=str(path), **options)
    kind = load().get(source.type)
    return kind.read(spark, source, contract, kind.discover(source, None).files)


def in_order(rows: DataFrame) -> list[Row]:
    return rows.orderBy(SOURCE_FILE, ROW).collect()


def values(rows: DataFrame) -> list[tuple[Any, ...]]:
    """Received columns only, in the order of file and row."""
    names = [name for name in rows.columns if not name.startswith(SYSTEM_PREFIX)]
    return [tuple(row[name] for name in names) for row in in_order(rows)]


def problems(rows: DataFrame) -> list[tuple[str | None, str | None]]:
    return [(row[PROBLEM], row[RAW_LINE]) for row in in_order(rows)]


def tiny_splits(patch: pytest.MonkeyPatch, size: int) -> None:
    """Files are cut every `size` bytes."""
    patch.setattr(file_rows, "SPLIT", str(size))
