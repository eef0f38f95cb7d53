"""Which columns can be partitioned how."""

from __future__ import annotations

from etl_core.errors import ConfigError
from etl_core.sinks.partitioning import PartitionField, parse_partition

# Iceberg specification, "Partition Transforms": source types of each transform.
_TYPES = {
    **dict.fromkeys(("years", "months", "days"), frozenset({"date", "timestamp", "timestamp_ntz"})),
    "hours": frozenset({"timestamp", "timestamp_ntz"}),
    "truncate": frozenset(
        {"tinyint", "smallint", "int", "bigint", "decimal", "string", "varchar", "char", "binary"}
    ),
}
_NESTED = frozenset({"array", "map", "struct"})


def parse_field(text: str) -> PartitionField:
    """One entry of `partition_by`. Raises ConfigError, also for what only looks like a column."""
    field = parse_partition(text)
    quoted = "`" in text
    if not field.column or (not quoted and any(mark in field.column for mark in "(), ")):
        raise ConfigError(f"partition {text!r} is neither a column nor transform(column)")
    if field.size == 0:
        raise ConfigError(f"partition {text!r}: {field.transform} needs a number of at least 1")
    return field


def fits(transform: str, type_name: str) -> bool:
    """Whether a column of this Spark type (its outermost name) can be partitioned so."""
    allowed = _TYPES.get(transform)
    return type_name in allowed if allowed is not None else type_name not in _NESTED
