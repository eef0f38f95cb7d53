"""One commit of a Hudi table, with what is said about it in its metadata."""

from __future__ import annotations

from collections.abc import Mapping

from pyspark.sql import DataFrame

from etl_core.sinks.hudi.layout import stored
from etl_core.sinks.hudi.place import Place

# Rows that carry Hudi's own columns are taken to be where those say: no lookup of their keys.
PREPPED = {"_hoodie.spark.sql.writes.prepped": "true"}


def commit(
    at: Place,
    rows: DataFrame,
    operation: str,
    extra: Mapping[str, str],
    settings: Mapping[str, str] | None = None,
) -> None:
    """Write `rows`, in the table's own columns, by Hudi's `operation`; `extra` goes into the commit's
    metadata. Raises Java's and Spark's own errors."""
    frame = stored(at.properties(), rows, at.spec.keys)
    commit_stored(at, frame, operation, extra, settings or {})


def commit_stored(
    at: Place, rows: DataFrame, operation: str, extra: Mapping[str, str], settings: Mapping[str, str]
) -> None:
    """The same for rows in stored columns."""
    options = {
        **at.settings(at.properties()),
        "hoodie.datasource.write.operation": operation,
        **settings,
        **extra,
    }
    rows.write.format("hudi").options(**options).mode("append").save(at.path)
