"""One MERGE that applies winners and carries the table's state in the same commit."""

from __future__ import annotations

from uuid import uuid4

from etl_core.names import DELETE, quote
from etl_core.sinks.delta.handle import Handle
from etl_core.sinks.delta.history import APPLICATION
from etl_core.sinks.delta.settings import settings
from etl_core.sinks.delta.staged import Winners
from etl_core.sinks.merging import merge_statement
from etl_core.sinks.protocol import SMALL_BYTES

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
    for_it = {
        **_marking(at),
        f"{_DELTA}.commitInfo.userMetadata": stamp,
        f"{_DELTA}.write.txnAppId": APPLICATION,
        f"{_DELTA}.write.txnVersion": str(version),
    }
    winners.rows.createOrReplaceTempView(view)
    try:
        with settings(at.spark, for_it):
            at.spark.sql(statement)
    finally:
        at.spark.catalog.dropTempView(view)


def _marking(at: Handle) -> dict[str, str]:
    """To mark rows as deleted takes more queries than to copy the files of a small table."""
    size = at.latest().sizeInBytesIfKnown()
    small = size.isDefined() and int(size.get()) < SMALL_BYTES
    return {f"{_DELTA}.merge.deletionVectors.persistent": "false"} if small else {}
