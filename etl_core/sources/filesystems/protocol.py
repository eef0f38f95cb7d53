"""Where files lie. One file of this package adds one kind of place, under its URI schemes."""

from __future__ import annotations

from collections.abc import Callable
from typing import Protocol

from pyarrow import fs

from etl_core.registry import Registry


class Filesystem(Protocol):
    """What pyarrow does not unify between places: addresses, and what tells two contents apart."""

    def open(self, address: str) -> tuple[fs.FileSystem, str]:
        """The pyarrow filesystem and the path on it that `address` (a path or a URI) names."""

    def etags(self) -> Callable[[str], str]:
        """A function from a file, as Spark is told it, to a text that differs between two contents. It
        raises OSError or SourceError if the file is unreadable."""

    def uri(self, path: str) -> str:
        """How Spark is told `path`."""

    def arrow_path(self, uri: str) -> str:
        """How pyarrow is told what Spark is told as `uri`."""

    def is_empty_folder(self, filesystem: fs.FileSystem, path: str) -> bool:
        """Whether `path`, at which pyarrow finds nothing, is a folder without files all the same."""

    def explain(self, error: OSError) -> tuple[str, str]:
        """Cause and hint ("" if there is none), each one line."""


FILESYSTEMS: Registry[Filesystem] = Registry("kind of path")
