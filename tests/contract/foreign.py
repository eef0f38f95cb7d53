"""What others do to a table between two runs: compaction, and the expiry of what it was before."""

from __future__ import annotations

from typing import Any

from etl_core.sinks.hudi.layout import stored
from etl_core.sinks.hudi.properties import load_properties
from etl_core.sinks.hudi.settings import write_settings


def compact(table: Any, format_name: str) -> None:
    {"iceberg": _rewrite, "delta": _optimize, "hudi": _cluster, "parquet": _nothing}[format_name](table)


def expire(table: Any, format_name: str) -> None:
    {"iceberg": _expire, "delta": _vacuum, "hudi": _clean, "parquet": _nothing}[format_name](table)


def _nothing(table: Any) -> None:
    """Nobody maintains a folder of files."""


def _rewrite(table: Any) -> None:
    options = "options => map('rewrite-all','true')"
    table.at.spark.sql(
        f"CALL strata.system.rewrite_data_files(table => '{table.at.name}', {options})"
    ).collect()


def _expire(table: Any) -> None:
    until = "retain_last => 1, older_than => TIMESTAMP '2999-01-01 00:00:00'"
    table.at.spark.sql(f"CALL strata.system.expire_snapshots(table => '{table.at.name}', {until})").collect()


def _optimize(table: Any) -> None:
    table.at.spark.sql(f"OPTIMIZE {table.at.identifier}").collect()


def _vacuum(table: Any) -> None:
    table.at.spark.conf.set("spark.databricks.delta.retentionDurationCheck.enabled", "false")
    table.at.spark.sql(f"VACUUM {table.at.identifier} RETAIN 0 HOURS").collect()


def _cluster(table: Any) -> None:
    _write_nothing(table, {"hoodie.clustering.inline": "true", "hoodie.clustering.inline.max.commits": "1"})


def _clean(table: Any) -> None:
    few = {"clean.commits.retained": "1", "keep.min.commits": "2", "keep.max.commits": "3"}
    _write_nothing(table, {f"hoodie.{name}": value for name, value in few.items()})


def _write_nothing(table: Any, settings: dict[str, str]) -> None:
    """A commit without rows; what it brings along is Hudi's table service."""
    at = table.at
    properties = load_properties(at.storage, at.name)
    assert properties is not None
    rows = stored(properties, at.empty(table.schema()), at.spec.keys or ("stream", "k"))
    operation = {"hoodie.datasource.write.operation": "bulk_insert"}
    options = write_settings(properties, {}, "2") | operation | settings
    rows.write.format("hudi").options(**options).mode("append").save(at.path)
