"""Batches that are written and not yet published: in this process, and as others find them if it dies.

Data files lie in the table's folder, named by no commit; an object says which files they are. A batch that
a rule refused is kept as plain Parquet, where no VACUUM takes it away.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal
from urllib.parse import unquote

from pyspark.sql import DataFrame

from etl_core.config.models.base import Model
from etl_core.runtime.jvm import Java
from etl_core.sinks.delta.handle import Handle, sequence
from etl_core.sinks.delta.history import run_of
from etl_core.sinks.protocol import Staging, When

Replaces = Literal["", "partitions", "all"]  # nothing, the partitions a batch falls into, all rows


@dataclass(frozen=True)
class Files:
    """Data files written on top of `snapshot` (Delta's). `actions`: all that the commit will say, `adds`:
    the new files among them."""

    snapshot: Java
    actions: list[Java]
    adds: list[Java]
    replaces: Replaces
    rows: int


@dataclass(frozen=True)
class Winners:
    """What a MERGE will apply; nothing is written before."""

    rows: DataFrame
    when: When


def rows_of(at: Handle, batch: Files | Winners) -> DataFrame:
    """The batch by itself."""
    return batch.rows if isinstance(batch, Winners) else at.files(batch.snapshot, sequence(batch.adds))


class Record(Model):
    """What a process leaves in the warehouse for as long as its batch is not published. `version`: the
    table's when the files were written; `files`: as the log would name them."""

    run_id: str
    version: int
    files: tuple[str, ...]


def note(at: Handle, staging: Staging, version: int, files: Sequence[str]) -> None:
    record = Record(run_id=staging.run_id, version=version, files=tuple(files))
    at.storage.write(_key(at, staging.ref), record.model_dump_json().encode())


def forget(at: Handle, ref: str) -> None:
    at.storage.delete(_key(at, ref))


def drop(at: Handle, ref: str) -> str:
    """Remove the files of a batch that will never be published. Returns its run id; "" if there was none,
    or if a commit names the files after all."""
    content = at.storage.read(_key(at, ref))
    if content is None:
        return ""
    record = Record.model_validate_json(content)
    published = _published(at, record)
    if not published:
        for file in record.files:
            at.storage.delete(f"{at.folder}/{unquote(file)}")
    forget(at, ref)
    return "" if published else record.run_id


def drop_dead(at: Handle) -> list[str]:
    """Batches of runs that died; returns their run ids."""
    folder = _folder(at)
    refs = [key.removeprefix(f"{folder}/").removesuffix(".json") for key in at.storage.list(folder)]
    return sorted(filter(None, (drop(at, ref) for ref in refs)))


def _published(at: Handle, record: Record) -> bool:
    """Whether a commit of that run came after; also where the log can no longer tell."""
    for version in range(at.log.newest(), record.version, -1):
        entry = at.log.entry(version)
        if entry is None or run_of(entry) == record.run_id:
            return True
    return False


def _key(at: Handle, ref: str) -> str:
    return f"{_folder(at)}/{ref}.json"


def _folder(at: Handle) -> str:
    return f"_strata/staged/{at.folder}"
