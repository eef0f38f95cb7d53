"""One Spark session a pytest process, for tests/spark, tests/contract and tests/integration."""

from __future__ import annotations

import os
from collections.abc import Iterator
from typing import TYPE_CHECKING

import pytest
from hypothesis import settings

if TYPE_CHECKING:
    from pyspark.sql import SparkSession

settings.register_profile("local", deadline=None)
settings.register_profile("ci", deadline=None, derandomize=True)
settings.load_profile("ci" if os.environ.get("CI") else "local")


@pytest.fixture(scope="session")
def spark(tmp_path_factory: pytest.TempPathFactory) -> Iterator[SparkSession]:
    """local[2] with all that the installed Spark's profile has: formats, the Iceberg catalog `strata` in a
    temporary warehouse, Deequ's jars."""
    from etl_core.config.models.environment import EnvironmentConfig
    from etl_core.config.profiles import RUNTIMES
    from etl_core.run.common.session import sink_settings
    from etl_core.runtime.installed import installed_profile
    from etl_core.runtime.session import create_session
    from etl_core.sinks import protocol

    warehouse = tmp_path_factory.mktemp("warehouse")
    os.environ.setdefault("TZ", "America/New_York")  # nothing may depend on the machine's zone
    environment = EnvironmentConfig(
        profile=installed_profile(),
        warehouse=str(warehouse),
        spark={
            "spark.master": "local[2]",
            "spark.sql.shuffle.partitions": 2,
            # VACUUM makes so many tasks, of nothing: 10,000 unless told
            "spark.sql.sources.parallelPartitionDiscovery.parallelism": 2,
            "spark.driver.memory": "1g",
            # short runs on little data: the optimising compiler costs more than it gains
            "spark.driver.extraJavaOptions": "-XX:TieredStopAtLevel=1 -XX:ReservedCodeCacheSize=240m",
            "spark.sql.warehouse.dir": str(warehouse / "spark"),
        },
    )
    missing = RUNTIMES[environment.profile].missing
    formats = [name for name in protocol.load().names() if name not in missing]
    jars = {*formats, "jdbc", "deequ"} - set(missing)
    session = create_session("strata-tests", environment, sink_settings(formats, environment), jars)
    yield session
    session.stop()


@pytest.fixture
def large_delta(monkeypatch: pytest.MonkeyPatch) -> None:
    """Delta's merges mark rows in small tables, too, as they do in large ones."""
    monkeypatch.setattr("etl_core.sinks.delta.merge.SMALL_BYTES", 0)


@pytest.fixture
def table_session(spark: SparkSession) -> SparkSession:
    """A session object of its own, as a table gets it: own settings and temporary views."""
    return spark.newSession()
