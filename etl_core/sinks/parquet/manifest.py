"""`_strata_manifest.json`: which folders of a Parquet table count, version by version.

Replacing this one object is what publishes a batch: data, state and verdicts change together.
"""

from __future__ import annotations

from datetime import datetime
from typing import Literal

from pydantic import ValidationError

from etl_core.config.models.base import Model
from etl_core.errors import StateError
from etl_core.names import split_table
from etl_core.state.models import TableState
from etl_core.storage.protocol import Storage

KEPT_VERSIONS = 3  # of those, older data can still be read and the state is kept
FOLDER_COLUMN = "_strata_folder"  # partition column that stands for a run's folder; never shown


class Version(Model):
    """One commit. `folder` is what it added ("" if nothing); an overwrite hides all folders before."""

    number: int
    operation: Literal["append", "overwrite"]
    run_id: str
    at: datetime
    folder: str = ""
    rows: int = 0
    bytes: int = 0
    state: TableState | None = None


class Earlier(Model):
    """The schema in which the folders of all versions up to `until` are written."""

    until: int
    columns: str


class Manifest(Model):
    """`columns` is Spark's JSON of the schema; `versions` go from the oldest that still counts. `last`:
    the greatest number ever given, for none is given twice, not even after a rollback. `earlier`: schemas
    whose types were narrower, oldest first."""

    columns: str
    partition_by: tuple[str, ...] = ()
    description: str = ""
    versions: tuple[Version, ...] = ()
    last: int = 0
    earlier: tuple[Earlier, ...] = ()

    @property
    def current(self) -> Version | None:
        return self.versions[-1] if self.versions else None

    def live(self, number: int) -> tuple[Version, ...]:
        """The versions whose folders make up the table as of `number`."""
        until = [version for version in self.versions if version.number <= number]
        starts = [i for i, version in enumerate(until) if version.operation == "overwrite"]
        return tuple(until[starts[-1] if starts else 0 :])

    def columns_of(self, folder: str) -> str:
        """The schema with which the files of a folder have to be read; one not published yet has today's."""
        number = next((version.number for version in self.versions if version.folder == folder), None)
        if number is None:
            return self.columns
        return next((schema.columns for schema in self.earlier if number <= schema.until), self.columns)

    def published(self, version: Version) -> Manifest:
        """With `version` on top, and without what no kept version needs any more."""
        versions = (*self.versions, version)
        oldest_kept = versions[-KEPT_VERSIONS:][0].number
        grown = self.model_copy(update={"versions": versions})
        first = grown.live(oldest_kept)[0].number
        slim = [
            v if v.number >= oldest_kept else v.model_copy(update={"state": None})
            for v in versions
            if v.number >= first
        ]
        return self.model_copy(update={"versions": tuple(slim), "last": version.number})


def folder_of(table: str) -> str:
    return "/".join(split_table(table))


def key_of(table: str) -> str:
    return f"{folder_of(table)}/_strata_manifest.json"


def load_manifest(storage: Storage, table: str) -> Manifest | None:
    """None if the table does not exist. Raises StateError if its manifest cannot be read."""
    content = storage.read(key_of(table))
    if content is None:
        return None
    try:
        return Manifest.model_validate_json(content)
    except ValidationError as error:
        raise StateError(
            f"{table}: {storage.uri(key_of(table))} cannot be read: {error.errors()[0]['msg']}",
            hint="it may be from a newer Strata, or edited by hand",
        ) from error


def save_manifest(storage: Storage, table: str, manifest: Manifest) -> None:
    text = manifest.model_dump_json(indent=1)
    storage.write(key_of(table), text.encode())
