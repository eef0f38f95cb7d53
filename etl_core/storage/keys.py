"""What every storage asks of a key."""

from __future__ import annotations

from pathlib import PurePosixPath

from etl_core.errors import StateError


def key_parts(key: str, root: object) -> tuple[str, ...]:
    """The key's parts, without `.` and empty ones. Raises StateError for one that leaves `root`."""
    parts = PurePosixPath(key).parts
    if ".." in parts or "/" in parts:
        raise StateError(f"object {key!r} is outside the warehouse {root}")
    return parts
