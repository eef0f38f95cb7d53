"""pytest plugin (entry point `strata`): the fixture `strata_spark`. Spark starts with its first use."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

import pytest

if TYPE_CHECKING:
    from pyspark.sql import SparkSession


@pytest.fixture(scope="session")
def strata_spark(tmp_path_factory: pytest.TempPathFactory) -> Iterator[SparkSession]:
    """One local Spark session for all tests, with the settings a run has (UTC, 2 cores)."""
    from etl_core.config.models.environment import EnvironmentConfig
    from etl_core.runtime.installed import installed_profile
    from etl_core.runtime.session import create_session, stop

    folder = str(tmp_path_factory.mktemp("strata"))
    environment = EnvironmentConfig(
        profile=installed_profile(),
        warehouse=folder,
        spark={
            "spark.master": "local[2]",
            "spark.driver.memory": "1g",
            "spark.sql.warehouse.dir": folder,
        },
    )
    session = create_session("strata-tests", environment, {}, ())
    yield session
    stop(session)
