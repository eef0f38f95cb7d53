"""The timeline of a Hudi table: what was committed, in which order, and what each commit says.

Read directly, without a JVM, for table version 6: a file `<instant>.<action>` in `.hoodie` is a
completed commit, its content JSON. Instants order commits; one writer at a time is the rule that makes
the order of beginnings that of ends. Source: https://hudi.apache.org/tech-specs/
"""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import dataclass, field
from functools import cached_property
from typing import Any

from etl_core.errors import StateError
from etl_core.names import split_table
from etl_core.storage.protocol import Storage

META = ".hoodie"
VERSION = "6"
COMMITS = ("commit", "deltacommit", "replacecommit")
# In the extra metadata of a commit. All keys that begin with PREFIX are written with it.
PREFIX = "strata"
RUN_KEY = "strata-run-id"
WRITE_KEY = "strata-write"  # the sink's operation: append | overwrite | ... | stamp | schema | delete
SCHEMA = "schema"  # the operation that changes nothing but columns
ROWS_KEY = "strata-rows"  # rows of the whole table after the commit

Json = dict[str, Any]


def folder_of(table: str) -> str:
    """The table's folder in the warehouse."""
    return "/".join(split_table(table))


@dataclass(frozen=True)
class Instant:
    """One completed commit; `content` is read when it is asked for."""

    time: str  # yyyyMMddHHmmssSSS, UTC
    action: str
    storage: Storage = field(repr=False, compare=False)
    key: str = field(repr=False, compare=False)

    @cached_property
    def content(self) -> Json:
        data = self.storage.read(self.key)
        try:
            return dict(json.loads(data)) if data else {}  # empty: a commit that wrote nothing
        except ValueError as error:
            raise StateError(f"{self.storage.uri(self.key)} cannot be read: {error}") from error

    @property
    def extra(self) -> dict[str, str]:
        return self.content.get("extraMetadata") or {}

    @property
    def run_id(self) -> str:
        """ "" if Strata did not write it."""
        return self.extra.get(RUN_KEY, "")

    @property
    def kind(self) -> str:
        """Hudi's own name of the operation."""
        return str(self.content.get("operationType") or "UNKNOWN").upper()

    def total(self, *names: str) -> int:
        """Sum of these counts over all files that the commit wrote."""
        written = (self.content.get("partitionToWriteStats") or {}).values()
        return sum(int(stats.get(name) or 0) for files in written for stats in files for name in names)


@dataclass(frozen=True)
class Timeline:
    """One look at `.hoodie`. `commits`: completed, oldest first; `pending`: begun and not completed."""

    commits: tuple[Instant, ...]
    pending: tuple[str, ...]
    truncated: bool  # older commits were archived
    cleaned: bool = False  # older files were deleted

    @property
    def last(self) -> str:
        """The newest commit that touched rows or state; "" if there is none."""
        touched = (instant.time for instant in self.newest_first() if instant.extra.get(WRITE_KEY) != SCHEMA)
        return next(touched, "")

    def newest_first(self) -> Iterator[Instant]:
        return reversed(self.commits)

    def after(self, since: str) -> list[Instant] | None:
        """Commits after `since`, oldest first; None if `since` is not on the timeline (any more)."""
        if not since:
            return None if self.truncated else list(self.commits)
        if all(instant.time != since for instant in self.commits):
            return None
        return [instant for instant in self.commits if instant.time > since]


def load_timeline(storage: Storage, table: str) -> Timeline:
    root = f"{folder_of(table)}/{META}"
    done, begun, cleaned, truncated = [], set(), False, False
    for key in storage.list(root):
        name = key.removeprefix(f"{root}/")
        truncated |= name.startswith("archived/") and not name.rpartition("/")[2].endswith(".crc")
        time, _, action = name.partition(".")
        if not time.isdigit() or "/" in name:
            continue
        if action in COMMITS:
            done.append(Instant(time, action, storage, key))
        elif action == "clean":
            cleaned = True
        elif action.partition(".")[0] in (*COMMITS, "inflight"):
            begun.add(time)
    done.sort(key=lambda instant: instant.time)
    pending = sorted(begun - {instant.time for instant in done})
    return Timeline(tuple(done), tuple(pending), truncated, cleaned)
