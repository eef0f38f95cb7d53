"""A Delta table's transaction log, read from its JSON files: what each commit did and which line readers see.

Source: https://github.com/delta-io/delta/blob/master/PROTOCOL.md
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cached_property
from typing import Any

from etl_core.errors import StateError
from etl_core.names import split_table
from etl_core.storage.protocol import Storage

_VERSION = re.compile(r".*/(\d{20})\.json")
Json = dict[str, Any]


def folder_of(table: str) -> str:
    """Where a table lies below the warehouse: `layer/table`."""
    return "/".join(split_table(table))


@dataclass(frozen=True)
class Entry:
    """One commit. `restores`: the version whose contents a RESTORE brought back, -1 if it cannot be told
    (a RESTORE to a time); None for all other commits."""

    version: int
    operation: str
    restores: int | None
    stamp: Json  # what Strata put into `userMetadata`; {} if it did not write the commit
    metrics: dict[str, str]
    adds: tuple[Json, ...]
    removes: tuple[Json, ...]
    alters: bool  # columns, properties or protocol

    @property
    def parent(self) -> int:
        """The version whose line this commit continues; -1 if there is none."""
        return self.version - 1 if self.restores is None else self.restores

    @property
    def is_first(self) -> bool:
        """Whether the table began with it."""
        return self.parent < 0 and self.restores is None

    @cached_property
    def kind(self) -> str:
        """append | overwrite | delete | replace, as `protocol.Commit` has it; "" if the commit touched no
        rows and carries no state."""
        if self.restores is not None:
            return "replace"
        added = any(file["dataChange"] for file in self.adds)
        removed = any(file["dataChange"] for file in self.removes)
        if added or removed:
            return "append" if not removed else "overwrite" if added else "delete"
        if self.stamp:
            return "append"
        return "replace" if self.adds or self.removes else ""


class Log:
    """The commits of one table that its log still has."""

    def __init__(self, storage: Storage, table: str) -> None:
        self._storage = storage
        self._table = table

    @property
    def folder(self) -> str:
        return f"{folder_of(self._table)}/_delta_log"

    def exists(self) -> bool:
        return self.newest() >= 0

    def newest(self) -> int:
        """-1 if there is no commit."""
        found = [match for match in map(_VERSION.fullmatch, self._storage.list(self.folder)) if match]
        return int(found[-1][1]) if found else -1

    def entry(self, version: int) -> Entry | None:
        """None if the log does not have it any more, or not yet."""
        content = self._storage.read(f"{self.folder}/{version:020d}.json")
        if content is None:
            return None
        try:
            actions = [json.loads(line) for line in content.splitlines() if line]
        except ValueError as error:
            raise StateError(
                f"{self._table}: commit {version} of its log cannot be read: {error}",
                hint=f"look at {self._storage.uri(self.folder)}",
            ) from error
        return _entry(version, actions)

    def line(self, newest: int | None = None) -> Iterator[Entry]:
        """What readers see as of `newest` (None: now) and its ancestors, newest first, as far as they are
        kept: a RESTORE leads past the commits that it undid."""
        entry = self.entry(self.newest() if newest is None else newest)
        while entry is not None:
            yield entry
            entry = self.entry(entry.parent) if entry.parent >= 0 else None


def _entry(version: int, actions: list[Json]) -> Entry:
    info: Json = next((action["commitInfo"] for action in actions if "commitInfo" in action), {})
    operation = info.get("operation", "")
    restores = None
    if operation == "RESTORE":
        target = info["operationParameters"].get("version")
        restores = -1 if target is None else int(target)
    return Entry(
        version=version,
        operation=operation,
        restores=restores,
        stamp=_stamp(info.get("userMetadata")),
        metrics=info.get("operationMetrics") or {},
        adds=tuple(action["add"] for action in actions if "add" in action),
        removes=tuple(action["remove"] for action in actions if "remove" in action),
        alters=any("metaData" in action or "protocol" in action for action in actions),
    )


def _stamp(text: str | None) -> Json:
    """Other writers may put any text there."""
    try:
        found = json.loads(text or "")
    except ValueError:
        return {}
    return found if isinstance(found, dict) and "strata" in found else {}
