"""What the Iceberg catalog holds now, read from its database and the tables' metadata files."""

from __future__ import annotations

import sqlite3
from collections.abc import Sequence
from contextlib import closing
from errno import ENOENT
from pathlib import Path

from etl_core.config.models.environment import EnvironmentConfig
from etl_core.config.uris import is_s3
from etl_core.errors import StateError
from etl_core.names import split_table
from etl_core.plan.observed import ObservedTable
from etl_core.sinks.iceberg import glue
from etl_core.sinks.iceberg.catalog import CATALOG, database
from etl_core.sinks.iceberg.metadata import observed
from etl_core.sinks.observing import OBSERVERS
from etl_core.storage import open_storage

_QUERY = "SELECT table_namespace, table_name, metadata_location FROM iceberg_tables WHERE catalog_name = ?"


def observe(environment: EnvironmentConfig, names: Sequence[str]) -> dict[str, ObservedTable]:
    """Every one of `names`; those the catalog lacks do not exist. Raises StateError."""
    if environment.uses_glue:
        pointers = glue.pointers(environment, names)
    else:
        pointers = _pointers(database(environment))
    return {name: _table(name, pointers.get(split_table(name))) for name in names}


def _table(name: str, location: str | None) -> ObservedTable:
    if location is None:
        return ObservedTable()
    try:
        return observed(_content(location), location)
    except OSError as error:
        raise StateError(
            f"{name}: its metadata file {location} cannot be read: {error.strerror}",
            hint="the catalog and the warehouse folder do not belong together, or files were deleted",
        ) from error
    except StateError as error:
        raise StateError(f"{name}: {error.message}", hint=error.hint) from error


def _content(location: str) -> bytes:
    """Raises OSError for a file that is not there, StateError for a bucket that cannot be reached."""
    if not is_s3(location):
        return Path(location.removeprefix("file://").removeprefix("file:")).read_bytes()
    folder, _, name = location.rpartition("/")
    content = open_storage(folder).read(name)
    if content is None:
        raise FileNotFoundError(ENOENT, "it does not exist")
    return content


def _pointers(path: Path) -> dict[tuple[str, str], str]:
    """(layer, table) -> metadata file. Nothing is made where there is no database yet."""
    if not path.exists():
        return {}
    try:
        with closing(sqlite3.connect(path, timeout=20)) as connection:
            return {(space, table): at for space, table, at in connection.execute(_QUERY, (CATALOG,)) if at}
    except sqlite3.Error as error:
        if "no such table" in str(error):
            return {}
        raise StateError(f"catalog {path} cannot be read: {error}") from error


OBSERVERS.add("iceberg", observe)
