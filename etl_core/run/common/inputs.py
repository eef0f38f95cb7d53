"""What was read for one batch of a table."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from pyspark.sql import DataFrame

from etl_core.state.models import FileBookmark, TableBookmark


@dataclass(frozen=True)
class Inputs:
    """`frames` by input name; empty where no input has anything new. `affected`: the keys that the
    frames are restricted to (`read: changed_keys`); None if they are whole. `partly`: columns that
    some files lack -> which files. `given`: as for `parse`. `side`: rows for side tables that are written
    and published with the batch."""

    frames: dict[str, DataFrame] = field(default_factory=dict)
    bookmarks: dict[str, FileBookmark | TableBookmark] = field(default_factory=dict)
    files: int = 0
    notes: tuple[str, ...] = ()
    affected: DataFrame | None = None
    partly: Mapping[str, str] = field(default_factory=dict)
    given: Mapping[str, str] = field(default_factory=dict)
    side: Mapping[str, DataFrame] = field(default_factory=dict)

    @property
    def nothing_new(self) -> bool:
        return not self.frames
