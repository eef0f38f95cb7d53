"""Folders of this machine."""

from __future__ import annotations

import hashlib
from collections.abc import Callable
from pathlib import Path
from urllib.parse import unquote, urlsplit

from pyarrow import fs

from etl_core.sources.filesystems.protocol import FILESYSTEMS


class LocalFilesystem:
    def open(self, address: str) -> tuple[fs.FileSystem, str]:
        path = unquote(urlsplit(address).path) if address.startswith("file:") else address
        return fs.LocalFileSystem(), str(Path(path).absolute())

    def etags(self) -> Callable[[str], str]:
        return _digest

    def uri(self, path: str) -> str:
        return path

    def arrow_path(self, uri: str) -> str:
        return uri

    def is_empty_folder(self, filesystem: fs.FileSystem, path: str) -> bool:
        return False

    def explain(self, error: OSError) -> tuple[str, str]:
        return error.strerror or str(error), ""


def _digest(path: str) -> str:
    """SHA-256 of the content: a copy or a touch changes the time, never this."""
    with Path(path).open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


_LOCAL = LocalFilesystem()
for _scheme in ("", "file"):
    FILESYSTEMS.add(_scheme, _LOCAL)
