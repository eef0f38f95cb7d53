"""Partition expressions of a contract: `region`, `days(hired_at)`, `bucket(16, id)`."""

from __future__ import annotations

import re
from dataclasses import dataclass

from etl_core.errors import ConfigError
from etl_core.registry import closest_hint

TRANSFORMS = frozenset({"identity", "years", "months", "days", "hours", "bucket", "truncate"})
_SIZED = ("bucket", "truncate")
_CALL = re.compile(r"(?P<transform>[a-z]+)\s*\(\s*(?:(?P<size>\d+)\s*,\s*)?(?P<column>.+?)\s*\)")


@dataclass(frozen=True)
class PartitionField:
    """`size`: number of buckets or width, of the transforms that have one."""

    transform: str
    column: str
    size: int | None = None


def parse_partition(text: str) -> PartitionField:
    """One entry of `partition_by`. A column may be backquoted. Raises ConfigError."""
    call = _CALL.fullmatch(text.strip())
    if call is None:
        return PartitionField("identity", _unquoted(text))
    transform, size = call["transform"], call["size"]
    if transform not in TRANSFORMS:
        raise ConfigError(
            f"partition {text!r}: unknown transform {transform!r}",
            hint=closest_hint(transform, tuple(sorted(TRANSFORMS))),
        )
    if (transform in _SIZED) != (size is not None):
        sized = transform in _SIZED
        raise ConfigError(
            f"partition {text!r}: {transform} takes {'a number and a column' if sized else 'only a column'}",
            hint=f"write {transform}({'16, ' if sized else ''}{_unquoted(call['column'])})",
        )
    return PartitionField(transform, _unquoted(call["column"]), int(size) if size else None)


def _unquoted(column: str) -> str:
    text = column.strip()
    if text.startswith("`") and text.endswith("`") and len(text) > 1:
        return text[1:-1].replace("``", "`")
    return text
