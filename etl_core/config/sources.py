"""A table's `source:` with its connection's settings under it: every option decided, paths absolute."""

from __future__ import annotations

import os
import re
from dataclasses import dataclass
from pathlib import Path

from etl_core.config.document import Document
from etl_core.config.models.source import FileOptions, ResolvedSource, SourceConfig, SourceRef

_SCHEME = re.compile(r"^[A-Za-z][A-Za-z0-9+.-]+://")
_PLAIN_OPTIONS = tuple(name for name in FileOptions.model_fields if name != "path")


@dataclass(frozen=True)
class Connection:
    """One file of conf/sources/; `document` knows where its path stands."""

    config: SourceConfig
    document: Document


def absolute(root: Path, path: str) -> str:
    """A local path against the project's root, without `..`; a URI as it is."""
    return path if is_uri(path) else os.path.normpath(root / path)


def is_uri(path: str) -> bool:
    return _SCHEME.match(path) is not None


def resolve(
    root: Path, ref: SourceRef, table: Document, connection: Connection | None
) -> ResolvedSource | None:
    """None where neither the table nor its connection has a path."""
    path, setting = _path(ref, table, connection)
    if not path:
        return None
    options = {}
    for name in _PLAIN_OPTIONS:
        shared = getattr(connection.config, name) if connection else None
        own = getattr(ref, name)
        if (value := shared if own is None else own) is not None:
            options[name] = value
    return ResolvedSource(path=absolute(root, path), path_setting=setting, **options)


def _path(ref: SourceRef, table: Document, connection: Connection | None) -> tuple[str, str]:
    """The path and `file:line` of the setting that made it."""
    base = connection.config.path if connection else None
    if ref.path is None:
        return base or "", _setting(connection.document, "path") if connection and base else ""
    setting = _setting(table, "source.path")
    if base is None or is_uri(ref.path) or ref.path.startswith("/"):
        return ref.path, setting
    return f"{base.rstrip('/')}/{ref.path}", setting


def _setting(document: Document, path: str) -> str:
    return f"{document.file}:{document.at(path).line}"
