"""The session every run and test gets."""

from __future__ import annotations

import pytest
from pyspark.sql import SparkSession

from etl_core.config.models.environment import EnvironmentConfig
from etl_core.errors import EtlError
from etl_core.runtime.installed import installed_profile
from etl_core.runtime.session import create_session, stop, table_session

ENVIRONMENT = EnvironmentConfig(
    profile=installed_profile(),
    warehouse="w",
    spark={"spark.sql.shuffle.partitions": 5, "spark.ui.enabled": True},
)


def test_results_do_not_depend_on_the_machine(spark: SparkSession) -> None:
    row = spark.sql(
        "select cast(timestamp'2024-07-01 12:00:00' as long) as zone, cast('x' as int) as bad,"
        " to_date('2024-01-01 rest', 'yyyy-MM-dd') as half"
    ).collect()[0]
    assert row.zone == 1_719_835_200  # 12:00 UTC
    assert row.bad is None
    assert row.half is None


def test_python_sees_timestamps_in_utc(spark: SparkSession) -> None:
    value = spark.sql("select timestamp'2024-07-01 12:00:00' as at").collect()[0].at
    assert value.isoformat() == "2024-07-01T12:00:00"


def test_table_sessions_share_nothing_but_spark(spark: SparkSession) -> None:
    one, two = table_session(spark), table_session(spark)
    one.range(1).createOrReplaceTempView("mine")
    one.conf.set("spark.sql.shuffle.partitions", "9")
    assert not two.catalog.tableExists("mine")
    assert two.conf.get("spark.sql.shuffle.partitions") == "2"
    assert one.sparkContext is two.sparkContext


def test_a_running_context_is_joined_and_outlives_the_run(spark: SparkSession) -> None:
    joined = create_session("other", ENVIRONMENT, {"spark.sql.catalog.else": "x"}, ())
    assert joined.conf.get("spark.sql.shuffle.partitions") == "5"
    assert joined.conf.get("spark.sql.catalog.else") == "x"
    assert spark.conf.get("spark.sql.shuffle.partitions") == "2"
    stop(joined)
    assert spark.range(3).count() == 3


def test_a_running_context_without_an_extension_is_refused(spark: SparkSession) -> None:
    with pytest.raises(EtlError, match=r"without com\.example\.Missing"):
        create_session("other", ENVIRONMENT, {"spark.sql.extensions": "com.example.Missing"}, ())
