"""Where the local Iceberg catalog is, as Spark, JDBC and SQLite each want to be told."""

from __future__ import annotations

import sqlite3
from contextlib import closing
from pathlib import Path
from urllib.parse import unquote

from tenacity import Retrying, retry_if_exception_type, stop_after_delay, wait_random

from etl_core.config.models.environment import EnvironmentConfig
from etl_core.errors import ConfigError

CATALOG = "strata"  # the catalog's name in Spark SQL, and the key of its rows in the database
_SQLITE = "sqlite:///"
# As Iceberg's JdbcCatalog (schema version V1) and pyiceberg's SqlCatalog make them.
_TABLES = """
PRAGMA journal_mode = WAL;
CREATE TABLE IF NOT EXISTS iceberg_tables (
    catalog_name VARCHAR(255) NOT NULL, table_namespace VARCHAR(255) NOT NULL,
    table_name VARCHAR(255) NOT NULL, metadata_location VARCHAR(1000),
    previous_metadata_location VARCHAR(1000), iceberg_type VARCHAR(5),
    PRIMARY KEY (catalog_name, table_namespace, table_name));
CREATE TABLE IF NOT EXISTS iceberg_namespace_properties (
    catalog_name VARCHAR(255) NOT NULL, namespace VARCHAR(255) NOT NULL,
    property_key VARCHAR(255), property_value VARCHAR(1000),
    PRIMARY KEY (catalog_name, namespace, property_key));
"""

_MADE = "SELECT 1 FROM sqlite_master WHERE name = 'iceberg_namespace_properties'"  # the last one made


def database(environment: EnvironmentConfig) -> Path:
    """The SQLite file. Raises ConfigError for a URI of another database."""
    uri = environment.catalog.uri
    if not uri:
        return Path(environment.warehouse.removeprefix("file://")) / "catalog.db"
    if not uri.startswith(_SQLITE):
        raise ConfigError(
            f"catalog.uri {uri!r} is no SQLite file", hint="write sqlite:////absolute/path/catalog.db"
        )
    return Path(unquote(uri.removeprefix(_SQLITE)))


def jdbc_settings(environment: EnvironmentConfig) -> dict[str, str]:
    """Of Iceberg's catalog, without the prefix that Spark wants."""
    return {
        "catalog-impl": "org.apache.iceberg.jdbc.JdbcCatalog",
        "uri": jdbc_uri(environment),
        "jdbc.schema-version": "V1",
        # `create_database` does it; see there
        "jdbc.init-catalog-tables": "false",
    }


def jdbc_uri(environment: EnvironmentConfig) -> str:
    """WAL lets readers go on beside a writer; writers wait for each other up to 20 s.

    `NORMAL`: a power cut may take the last commits back, never tear one. The data files, which the
    operating system writes when it likes, are no safer than that.
    """
    return f"jdbc:sqlite:{database(environment)}?journal_mode=WAL&synchronous=NORMAL&busy_timeout=20000"


def create_database(environment: EnvironmentConfig) -> None:
    """Make the catalog's tables unless they are there; safe between threads and processes.

    Not left to Iceberg: its own check (1.10.0) keeps a query open for as long as the catalog lives.
    On SQLite that pins the connection to the state of that moment: it then misses commits of other
    sessions, and its own fail with SQLITE_BUSY_SNAPSHOT.
    """
    path = database(environment)
    path.parent.mkdir(parents=True, exist_ok=True)
    # SQLite does not wait, it fails at once, when two connections change the journal mode
    busy = Retrying(
        retry=retry_if_exception_type(sqlite3.OperationalError),
        wait=wait_random(0, 0.2),
        stop=stop_after_delay(20),
        reraise=True,
    )
    busy(_create, path)


def is_made(path: Path) -> bool:
    """Whether the catalog's tables are there: the file is, with something in it, before they are."""
    if not path.exists():
        return False
    with closing(sqlite3.connect(path, timeout=20)) as connection:
        return connection.execute(_MADE).fetchone() is not None


def _create(path: Path) -> None:
    with closing(sqlite3.connect(path, timeout=20)) as connection:
        if connection.execute(_MADE).fetchone() is None:
            connection.executescript(_TABLES)
