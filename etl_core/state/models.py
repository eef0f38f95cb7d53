"""A table's progress, as it is stamped into the commit that publishes the data it describes."""

from __future__ import annotations

from datetime import datetime
from typing import Annotated, Literal

from pydantic import Field

from etl_core.config.models.base import Model

STATE_PROPERTY = "strata"  # key in Iceberg snapshot summaries (and other formats' commit metadata)
STATE_TAG = "strata_state"
# What to do about a table with rows and no progress: guessing would load everything twice.
LOST_PROGRESS_HINT = (
    "if it holds all that its sources hold now: strata state set TABLE --as-of-now; to build it again: "
    "strata run --full-refresh --select TABLE; Strata never starts again from zero by itself"
)


class SeenFile(Model):
    """A file within the lookback. `mtime` in ns; size and mtime unchanged spare a second hash."""

    etag: str
    mtime: int
    size: int


class FileBookmark(Model):
    """Progress over a landing area: high-water (mtime, name) and what was seen within the lookback."""

    kind: Literal["files"] = "files"
    mtime: int = 0  # ns, of the newest file read
    name: str = ""
    seen: dict[str, SeenFile] = {}
    epoch: int = 0  # dms: full loads begun so far; the first is 1
    loads: dict[str, str] = {}  # dms: LOAD file name -> etag, of the current epoch
    extract: str = ""  # snapshot: date of the newest extract applied, ISO 8601


class TableBookmark(Model):
    """Progress over an upstream table."""

    kind: Literal["table"] = "table"
    snapshot: str = ""  # snapshot id or version; "": the table was empty
    run_id: str = ""  # the Strata run that published it
    columns: str = ""  # changed_keys: digest of the columns it had


Bookmark = Annotated[FileBookmark | TableBookmark, Field(discriminator="kind")]


class Measured(Model):
    """A number that a rule, or a part of it, found. `of`: what the number is of, the same in every run
    whatever it is compared with; `column`: the columns, with commas."""

    of: str
    rule_type: str
    metric: str
    column: str = ""
    value: float


class Verdict(Model):
    """One rule's outcome. `scope`: rules (the batch) or table_rules (the table after publishing). `rows`:
    how many were judged, before `where`; None where the engine did not count. `batch`: the number of the
    run's batch, from 1."""

    rule: str
    outcome: Literal["passed", "failed", "measured"]  # measured: an analyzer, which judges nothing
    scope: Literal["rules", "table_rules"] = "rules"
    blocking: bool = True
    reason: str = ""
    metrics: dict[str, float] = {}
    measured: tuple[Measured, ...] = ()
    rows: int | None = None
    batch: int = 1


class TableState(Model):
    """What `strata` in the commit's properties holds, as JSON."""

    run_id: str
    at: datetime
    inputs: dict[str, Bookmark] = {}
    verdicts: tuple[Verdict, ...] = ()
    rows: dict[str, int] = {}  # read, written, quarantined, dropped, superseded; as known before the commit
    oldest_tombstone: datetime | None = None  # logical time of the oldest one kept
    oldest_quarantined: datetime | None = None  # of the oldest row kept in the quarantine; None: not known
