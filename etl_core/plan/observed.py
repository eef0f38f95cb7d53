"""What `inspect` found and `plan` reasons about: frozen, and free of any engine's types."""

from __future__ import annotations

from dataclasses import dataclass, field

from etl_core.state.models import FileBookmark, TableState


@dataclass(frozen=True)
class ObservedTable:
    """A table in the catalog. `columns` are (name, Spark type) pairs, system columns included."""

    exists: bool = False
    snapshot: str = ""
    state: TableState | None = None
    columns: tuple[tuple[str, str], ...] = ()
    rows: int | None = None
    bytes: int | None = None


@dataclass(frozen=True)
class SourceFile:
    """One file to read. `name` is the path below the source's folder; `mtime` in ns."""

    path: str
    name: str
    size: int
    mtime: int
    etag: str
    epoch: int = 0
    phase: int = 0
    extract: str = ""  # snapshot: date of the extract the file is part of, ISO 8601


@dataclass(frozen=True)
class ObservedSource:
    """What a source offers beyond the bookmark, in the source's order, and the bookmark after it."""

    files: tuple[SourceFile, ...] = ()
    bookmark: FileBookmark = field(default_factory=FileBookmark)
    notes: tuple[str, ...] = ()
    error: str = ""


@dataclass(frozen=True)
class Observed:
    tables: dict[str, ObservedTable] = field(default_factory=dict)
    sources: dict[str, ObservedSource] = field(default_factory=dict)  # by the table that reads it
    # (name, epoch) of the source files whose rows a table holds; looked at only where it matters
    held: dict[str, frozenset[tuple[str, int]]] = field(default_factory=dict)
    offline: bool = False
