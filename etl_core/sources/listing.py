"""What lies in a landing area now. No Spark: `plan` lists without a JVM."""

from __future__ import annotations

import posixpath
from collections.abc import Callable
from dataclasses import dataclass
from fnmatch import fnmatchcase

from pyarrow import fs

from etl_core.config.models.source import ResolvedSource
from etl_core.errors import SourceError
from etl_core.sources.location import Location, filesystem_of, locate

_MARKS = ("._COPYING_", "_$folder$")


@dataclass(frozen=True)
class Listed:
    """One file. `path` as Spark is told it, `name` below the source's folder, `mtime` in ns."""

    path: str
    name: str
    size: int
    mtime: int


def list_files(source: ResolvedSource) -> list[Listed]:
    """Files below `source.path`, at any depth, sorted by name; the path may itself be a file.

    Hidden files are left out, as Spark's own listing does: a part of the name begins with `.` or
    `_`, or it ends in `._COPYING_` or, as EMR marks folders of a bucket, `_$folder$`. `source.pattern`
    is a glob on the file's own name.

    Raises SourceError when the path is missing or cannot be listed.
    """
    location = locate(source)
    try:
        infos = _infos(location)
    except OSError as error:
        raise _cannot_list(source, location, error) from error
    if infos is None:
        raise SourceError(f"the source's path {source.path} does not exist", hint=_hint("create it", source))
    listed = [_listed(location, info) for info in infos if info.type == fs.FileType.File]
    return sorted((file for file in listed if _wanted(file.name, source.pattern)), key=lambda f: f.name)


def etag_reader(source: ResolvedSource) -> Callable[[Listed], str]:
    """A function that says which content a listed file has. It raises SourceError if unreadable."""
    filesystem = filesystem_of(source)
    etag_of = filesystem.etags()

    def etag(file: Listed) -> str:
        try:
            return etag_of(file.path)
        except OSError as error:
            cause, hint = filesystem.explain(error)
            raise SourceError(
                f"cannot read {file.path}: {cause}", hint=hint or "check the permissions of the file"
            ) from error

    return etag


def _infos(location: Location) -> list[fs.FileInfo] | None:
    root = location.arrow.get_file_info(location.path)
    if root.type == fs.FileType.NotFound:
        return [] if location.filesystem.is_empty_folder(location.arrow, location.path) else None
    if root.type == fs.FileType.File:
        return [root]
    infos: list[fs.FileInfo] = location.arrow.get_file_info(fs.FileSelector(location.path, recursive=True))
    return infos


def _listed(location: Location, info: fs.FileInfo) -> Listed:
    name = info.path[len(location.path) :].lstrip("/") or posixpath.basename(info.path)
    return Listed(location.filesystem.uri(info.path), name, info.size, info.mtime_ns)


def _wanted(name: str, pattern: str) -> bool:
    parts = name.split("/")
    hidden = any(part.startswith((".", "_")) for part in parts) or name.endswith(_MARKS)
    return not hidden and fnmatchcase(parts[-1], pattern)


def _cannot_list(source: ResolvedSource, location: Location, error: OSError) -> SourceError:
    cause, hint = location.filesystem.explain(error)
    return SourceError(
        f"cannot list the source's path {source.path}: {cause}",
        hint=_hint(hint or "check its permissions", source),
    )


def _hint(advice: str, source: ResolvedSource) -> str:
    return f"{advice}, or correct the path set at {source.path_setting or 'the contract'}"
