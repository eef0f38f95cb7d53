"""One MERGE that applies winners and carries the table's state in the same commit."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from uuid import uuid4

from pyspark.sql import SparkSession

from etl_core.names import DELETE, quote
from etl_core.sinks.delta.handle import Handle
from etl_core.sinks.delta.history import APPLICATION
from etl_core.sinks.delta.staged import Winners
from etl_core.sinks.merging import merge_statement

_DELTA = "spark.databricks.delta"


def merge(at: Handle, winners: Winners, stamp: str, version: int) -> None:
    """Delta itself leaves the MERGE out if a commit of Strata's gave itself `version` or a greater one, so
    that of two runs one wins. One that changes nothing may make no commit."""
    view = f"strata_winners_{uuid4().hex}"
    statement = merge_statement(
        at.identifier,
        quote(view),
        keys=at.spec.keys,
        columns=at.schema().names,
        given=[column for column in winners.rows.columns if column != DELETE],
        when=winners.when,
    )
    settings = {
        f"{_DELTA}.commitInfo.userMetadata": stamp,
        f"{_DELTA}.write.txnAppId": APPLICATION,
        f"{_DELTA}.write.txnVersion": str(version),
    }
    winners.rows.createOrReplaceTempView(view)
    try:
        with _settings(at.spark, settings):
            at.spark.sql(statement)
    finally:
        at.spark.catalog.dropTempView(view)


@contextmanager
def _settings(spark: SparkSession, settings: Mapping[str, str]) -> Iterator[None]:
    """For one statement. The session is the table's own; what it writes next must not be stamped."""
    for key, value in settings.items():
        spark.conf.set(key, value)
    try:
        yield
    finally:
        for key in settings:
            spark.conf.unset(key)
