"""From the path in a contract to the place it names."""

from __future__ import annotations

import re
from dataclasses import dataclass

from pyarrow import fs

from etl_core.config.models.source import ResolvedSource
from etl_core.errors import SourceError
from etl_core.registry import scan
from etl_core.sources.filesystems.protocol import FILESYSTEMS, Filesystem


@dataclass(frozen=True)
class Location:
    """A source's root: `path` on `arrow`, which `filesystem` knows how to name."""

    filesystem: Filesystem
    arrow: fs.FileSystem
    path: str


def locate(source: ResolvedSource) -> Location:
    """Raises SourceError for a scheme nobody registered, or a place that cannot be found."""
    filesystem = filesystem_of(source)
    try:
        arrow, path = filesystem.open(source.path)
    except OSError as error:
        cause, hint = filesystem.explain(error)
        at = f"correct the path set at {source.path_setting or 'the contract'}"
        raise SourceError(f"cannot reach {source.path}: {cause}", hint=hint or at) from error
    return Location(filesystem, arrow, path)


def filesystem_of(source: ResolvedSource) -> Filesystem:
    """Raises SourceError for a scheme nobody registered, or whose packages are missing."""
    scan("etl_core.sources.filesystems")
    match = re.match(r"([A-Za-z][A-Za-z0-9+.-]+):", source.path)
    scheme = match[1].lower() if match else ""
    if scheme not in FILESYSTEMS:
        known = ", ".join(name for name in FILESYSTEMS.names() if name)
        raise SourceError(
            f"cannot read {source.path}: no kind of path is called {scheme!r}",
            hint=f"use a folder, or a URI with one of: {known}; set at {source.path_setting}",
        )
    return FILESYSTEMS.get(scheme)
