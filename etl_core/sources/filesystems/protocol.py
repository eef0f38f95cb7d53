"""Where files lie. One file of this package adds one kind of place, under its URI schemes."""

from __future__ import annotations

from typing import Protocol

from pyarrow import fs

from etl_core.registry import Registry


class Filesystem(Protocol):
    """What pyarrow does not unify between places: addresses, and what tells two contents apart."""

    def open(self, address: str) -> tuple[fs.FileSystem, str]:
        """The pyarrow filesystem and the path on it that `address` (a path or a URI) names."""

    def etag(self, filesystem: fs.FileSystem, path: str) -> str:
        """A text that differs between two contents of `path`. Raises OSError if it is unreadable."""

    def uri(self, path: str) -> str:
        """How Spark is told `path`."""


FILESYSTEMS: Registry[Filesystem] = Registry("kind of path")
