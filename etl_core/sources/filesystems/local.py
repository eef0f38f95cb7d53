"""Folders of this machine."""

from __future__ import annotations

import hashlib
from pathlib import Path
from urllib.parse import unquote, urlsplit

from pyarrow import fs

from etl_core.sources.filesystems.protocol import FILESYSTEMS


class LocalFilesystem:
    def open(self, address: str) -> tuple[fs.FileSystem, str]:
        path = unquote(urlsplit(address).path) if address.startswith("file:") else address
        return fs.LocalFileSystem(), str(Path(path).absolute())

    def etag(self, filesystem: fs.FileSystem, path: str) -> str:
        """SHA-256 of the content: a copy or a touch changes the time, never this."""
        with Path(path).open("rb") as file:
            return hashlib.file_digest(file, "sha256").hexdigest()

    def uri(self, path: str) -> str:
        return path


_LOCAL = LocalFilesystem()
for _scheme in ("", "file"):
    FILESYSTEMS.add(_scheme, _LOCAL)
