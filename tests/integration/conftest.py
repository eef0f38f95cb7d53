"""Runs in this process share one Spark; only what is about processes starts others."""

from __future__ import annotations

import pytest
from pyspark.sql import SparkSession


@pytest.fixture(scope="session", autouse=True)
def _shared_spark(spark: SparkSession) -> SparkSession:
    return spark
