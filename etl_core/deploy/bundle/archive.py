"""Zip files and wheels whose bytes depend on their content alone.

Entries are sorted, stored without compression (what zlib makes of the same bytes differs from build to
build of zlib) and bear one time: SOURCE_DATE_EPOCH if it is set, else the earliest that zip knows.
The format of wheels: https://packaging.python.org/en/latest/specifications/binary-distribution-format/
"""

from __future__ import annotations

import base64
import hashlib
import io
import os
import time
import zipfile
from collections.abc import Mapping
from dataclasses import dataclass

_EARLIEST = (1980, 1, 1, 0, 0, 0)
_FILE_MODE = 0o100644 << 16  # an ordinary file, rw-r--r--, where zip keeps Unix modes
_UNIX = 3
_GENERATOR = "strata build"


@dataclass(frozen=True)
class Wheel:
    """A wheel to be: `name` as its file name spells it, `files` by their place in site-packages."""

    name: str
    version: str
    files: Mapping[str, bytes]
    metadata: bytes
    entry_points: bytes = b""

    @property
    def file_name(self) -> str:
        return f"{self.name}-{self.version}-py3-none-any.whl"

    def content(self) -> bytes:
        """The whole wheel, with its RECORD."""
        info = f"{self.name}-{self.version}.dist-info"
        about = f"Wheel-Version: 1.0\nGenerator: {_GENERATOR}\nRoot-Is-Purelib: true\nTag: py3-none-any\n"
        files = {**self.files, f"{info}/METADATA": self.metadata, f"{info}/WHEEL": about.encode()}
        if self.entry_points:
            files[f"{info}/entry_points.txt"] = self.entry_points
        record = f"{info}/RECORD"
        lines = [f"{name},sha256={_digest(files[name])},{len(files[name])}" for name in sorted(files)]
        return zip_of({**files, record: ("\n".join([*lines, f"{record},,"]) + "\n").encode()})


def zip_of(files: Mapping[str, bytes]) -> bytes:
    """A zip file of `files`, whatever order they come in."""
    buffer = io.BytesIO()
    moment = _moment()
    with zipfile.ZipFile(buffer, "w", zipfile.ZIP_STORED) as archive:
        for name in sorted(files):
            entry = zipfile.ZipInfo(name, moment)
            entry.external_attr = _FILE_MODE
            entry.create_system = _UNIX
            archive.writestr(entry, files[name])
    return buffer.getvalue()


def _moment() -> tuple[int, int, int, int, int, int]:
    """https://reproducible-builds.org/specs/source-date-epoch/; zip knows no earlier time than 1980."""
    epoch = os.environ.get("SOURCE_DATE_EPOCH")
    if not epoch:
        return _EARLIEST
    year, month, day, hour, minute, second = time.gmtime(int(epoch))[:6]
    return max(_EARLIEST, (year, month, day, hour, minute, second))


def _digest(data: bytes) -> str:
    return base64.urlsafe_b64encode(hashlib.sha256(data).digest()).rstrip(b"=").decode()
