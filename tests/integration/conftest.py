"""Runs in this process share one Spark; only what is about processes starts others."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest
from pyspark.sql import SparkSession

from tests.integration.bank import DEFAULTS, Bank
from tests.integration.projects import MINIMAL, write
from tests.warehouse import Warehouse


@pytest.fixture(scope="session", autouse=True)
def _shared_spark(spark: SparkSession) -> SparkSession:
    return spark


@pytest.fixture
def make_bank(spark: SparkSession, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Callable[..., Bank]:
    monkeypatch.setenv("COLUMNS", "400")  # no text is broken into lines

    def make(files: dict[str, str], format_name: str = "iceberg") -> Bank:
        write(tmp_path, MINIMAL | files | {"conf/strata.yaml": DEFAULTS.format(format=format_name)})
        return Bank(tmp_path, format_name, Warehouse(spark, tmp_path / "warehouse"))

    return make
