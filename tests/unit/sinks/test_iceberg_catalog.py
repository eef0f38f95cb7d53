"""The local catalog's database is made once, whoever else is at it."""

from __future__ import annotations

import sqlite3
import threading
from pathlib import Path
from typing import Any

import pytest

from etl_core.config.models.environment import EnvironmentConfig
from etl_core.sinks.iceberg import catalog
from etl_core.sinks.iceberg.pycatalog import open_catalog


def test_a_database_that_somebody_locked_is_waited_for(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """SQLite says `locked` at once, not after its timeout, where waiting could be a deadlock."""
    other = sqlite3.connect(tmp_path / "catalog.db", check_same_thread=False)
    other.execute("BEGIN EXCLUSIVE")
    connect = sqlite3.connect

    def impatient(path: Path, **_: Any) -> sqlite3.Connection:
        return connect(path, timeout=0)

    monkeypatch.setattr(catalog.sqlite3, "connect", impatient)
    threading.Timer(0.3, other.rollback).start()
    catalog.create_database(EnvironmentConfig(profile="glue-5.1", warehouse=str(tmp_path)))
    with connect(tmp_path / "catalog.db") as made:
        assert made.execute("SELECT COUNT(*) FROM iceberg_tables").fetchone() == (0,)


def test_a_database_that_another_run_is_just_making_is_none_yet(tmp_path: Path) -> None:
    """Its file comes first: with nothing in it, then as a write-ahead log, then with one table of two."""
    environment = EnvironmentConfig(profile="glue-5.1", warehouse=str(tmp_path))
    with sqlite3.connect(tmp_path / "catalog.db") as making:
        assert open_catalog(environment) is None
        making.execute("PRAGMA journal_mode = WAL")
        assert open_catalog(environment) is None
        making.execute("CREATE TABLE iceberg_tables (catalog_name VARCHAR(255))")
        assert open_catalog(environment) is None
    making.close()
    (tmp_path / "catalog.db").unlink()
    catalog.create_database(environment)
    assert open_catalog(environment) is not None
