"""From a Spark exception to the file it is about."""

from __future__ import annotations

import re
from urllib.parse import unquote

from etl_core.errors import SourceError

_FILE = re.compile(r"(?<![\w/])(?:file|s3a?|s3n|hdfs|abfss?|gs):/+[^\s,;'\"()\[\]]+")
_READING = re.compile(
    r"reading file|does not exist|FileNotFound|FAILED_READ_FILE|not a Parquet file|"
    r"AccessDenied|Permission denied|ParquetDecodingException|SchemaColumnConvertNotSupported|"
    r"MalformedInput|ZipException|not in GZIP format|Could not read footer|incorrect header check"
)


def explain(error: BaseException) -> SourceError | None:
    """A SourceError that names the file `error` is about; None if it is not about reading one."""
    text = str(error)
    if not _READING.search(text):
        return None
    match = _FILE.search(text)
    if match is None:
        return None
    uri = match[0].rstrip(".:")
    path = "/" + unquote(uri.removeprefix("file:")).lstrip("/") if uri.startswith("file:") else uri
    return SourceError(
        f"cannot read {path}: {_reason(text)}",
        hint="the file is damaged, or was changed or removed while it was read; "
        "replace it or take it away, then run again",
    )


def _reason(text: str) -> str:
    """The innermost cause, in one line."""
    causes = re.findall(r"^Caused by: (?:[\w.$]+: )?(.+)$", text, flags=re.MULTILINE)
    line = causes[-1] if causes else text.strip().splitlines()[0]
    return line if len(line) <= 300 else line[:297] + "..."
