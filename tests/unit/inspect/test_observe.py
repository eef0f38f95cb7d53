"""`inspect`: tables and sources without a JVM."""

from __future__ import annotations

import gzip
import json
import sqlite3
import subprocess
import sys
import time
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest

from etl_core import inspect
from etl_core.config.models.environment import CatalogConfig, EnvironmentConfig
from etl_core.config.models.project import ProjectConfig
from etl_core.config.models.source import ResolvedSource
from etl_core.config.models.table import TableConfig
from etl_core.config.project import Project, Table
from etl_core.errors import ConfigError, StateError
from etl_core.sinks.iceberg.catalog import create_database, database
from etl_core.sinks.iceberg.metadata import observed, spark_type
from etl_core.sinks.iceberg.observe import observe as observe_iceberg
from etl_core.state.models import FileBookmark, TableState


def stamp(run_id: str, **fields: Any) -> str:
    return TableState(run_id=run_id, at=datetime(2024, 1, 1, tzinfo=UTC), **fields).model_dump_json()


def snapshot(number: int, parent: int | None, **summary: str) -> dict[str, Any]:
    content: dict[str, Any] = {
        "snapshot-id": number,
        "sequence-number": number,
        "summary": {"operation": "append", "total-records": "5", "total-files-size": "100", **summary},
    }
    return content if parent is None else {**content, "parent-snapshot-id": parent}


def metadata(snapshots: list[dict[str, Any]], current: int = -1, tag: int | None = None) -> bytes:
    schema = {"schema-id": 0, "fields": [{"id": 1, "name": "id", "type": "long", "required": False}]}
    refs = {"strata_state": {"snapshot-id": tag, "type": "tag"}} if tag else {}
    content = {"schemas": [schema], "current-schema-id": 0, "current-snapshot-id": current}
    return json.dumps({**content, "snapshots": snapshots, "refs": refs}).encode()


def run_of(content: bytes) -> str:
    state = observed(content, "x.metadata.json").state
    return state.run_id if state else ""


def test_the_nearest_stamp_on_the_visible_line_counts() -> None:
    line = [snapshot(1, None, strata=stamp("r1")), snapshot(2, 1, strata=stamp("r2")), snapshot(3, 2)]
    assert run_of(metadata(line, current=3)) == "r2"
    assert run_of(metadata(line, current=1)) == "r1"
    branch = [*line, snapshot(4, 2, strata=stamp("never-published"))]
    assert run_of(metadata(branch, current=3)) == "r2"


def test_the_tag_counts_only_where_expiry_cut_the_line_off() -> None:
    tagged = snapshot(2, 1, strata=stamp("r2"))
    assert run_of(metadata([tagged, snapshot(5, 4)], current=5, tag=2)) == "r2"
    assert run_of(metadata([tagged, snapshot(5, None)], current=5, tag=2)) == ""
    newer = snapshot(9, 8, strata=stamp("rolled-back"))
    assert run_of(metadata([newer, snapshot(5, 4)], current=5, tag=9)) == ""


def test_figures_of_the_current_snapshot_and_of_an_empty_table() -> None:
    found = observed(metadata([snapshot(1, None)], current=1), "x.metadata.json")
    assert (found.snapshot, found.rows, found.bytes) == ("1", 5, 100)
    assert found.columns == (("id", "bigint"),)
    empty = observed(metadata([]), "x.metadata.json")
    assert (empty.exists, empty.snapshot, empty.rows, empty.state) == (True, "", 0, None)


def test_compressed_and_broken_metadata() -> None:
    content = metadata([snapshot(1, None)], current=1)
    assert observed(gzip.compress(content), "00001-a.gz.metadata.json").snapshot == "1"
    with pytest.raises(StateError, match=r"00001-a\.metadata\.json cannot be read"):
        observed(content[:50], "00001-a.metadata.json")


@pytest.mark.parametrize(
    ("iceberg", "spark"),
    [
        ("decimal(12, 2)", "decimal(12,2)"),
        ("timestamptz", "timestamp"),
        ("timestamp", "timestamp_ntz"),
        ("fixed[16]", "binary"),
        ("uuid", "string"),
        ({"type": "list", "element": "long"}, "array<bigint>"),
        ({"type": "map", "key": "string", "value": "int"}, "map<string,int>"),
        (
            {"type": "struct", "fields": [{"name": "a b", "type": {"type": "list", "element": "date"}}]},
            "struct<a b:array<date>>",
        ),
    ],
)
def test_types_as_spark_writes_them(iceberg: str | dict[str, Any], spark: str) -> None:
    assert spark_type(iceberg) == spark


def environment(folder: Path) -> EnvironmentConfig:
    return EnvironmentConfig(profile="glue-5.1", warehouse=str(folder))


def project(folder: Path, tables: list[Table]) -> Project:
    return Project(
        root=folder,
        environment_name="local",
        config=ProjectConfig(name="p", layers=("raw", "standardized")),
        environment=environment(folder / "warehouse"),
        tables={table.name: table for table in tables},
    )


def table(name: str, source: ResolvedSource | None = None, format_: str = "iceberg", **config: Any) -> Table:
    reads = {"source": {"path": "x"}} if source else {}
    model = TableConfig.model_validate({"table": name, "target": {"mode": "append"}, **reads, **config})
    return Table(config=model, source=source, format=format_, parameters={})


def plant(folder: Path, name: str, content: bytes) -> None:
    """A table as Iceberg leaves it in catalog and warehouse."""
    create_database(environment(folder))
    layer, short = name.split(".")
    file = folder / layer / short / "metadata" / "00001.metadata.json"
    file.parent.mkdir(parents=True)
    file.write_bytes(content)
    with sqlite3.connect(folder / "catalog.db") as connection:
        connection.execute(
            "INSERT INTO iceberg_tables VALUES ('strata', ?, ?, ?, NULL, 'TABLE')",
            (layer, short, f"file:{file}"),
        )


def test_tables_their_upstreams_and_sources(tmp_path: Path) -> None:
    landing = tmp_path / "landing"
    landing.mkdir()
    (landing / "a.csv").write_text("id\n1\n")
    source = ResolvedSource(path=str(landing))
    tables = [
        table("raw.a", source),
        table("raw.gone", ResolvedSource(path=str(tmp_path / "nowhere"), path_setting="raw.yaml:3")),
        table("raw.folder", source, format_="parquet"),
        table("standardized.a", inputs={"a": "raw.a"}),
    ]
    plant(tmp_path / "warehouse", "raw.a", metadata([snapshot(1, None, strata=stamp("r1"))], current=1))
    found = inspect.observe(project(tmp_path, tables), ["standardized.a"])
    assert set(found.tables) == {"standardized.a", "raw.a"}
    assert (found.tables["raw.a"].exists, found.tables["standardized.a"].exists) == (True, False)
    assert found.sources == {}
    everything = inspect.observe(project(tmp_path, tables), [one.name for one in tables])
    assert not everything.tables["raw.folder"].exists
    assert [file.name for file in everything.sources["raw.a"].files] == ["a.csv"]
    assert "nowhere" in everything.sources["raw.gone"].error
    assert "raw.yaml:3" in everything.sources["raw.gone"].error


def test_a_source_is_asked_with_the_bookmark_of_the_table(tmp_path: Path) -> None:
    landing = tmp_path / "landing"
    landing.mkdir()
    (landing / "a.csv").write_text("id\n1\n")
    first = inspect.observe(project(tmp_path, [table("raw.a", ResolvedSource(path=str(landing)))]), ["raw.a"])
    bookmark = first.sources["raw.a"].bookmark
    assert isinstance(bookmark, FileBookmark)
    stamped = snapshot(1, None, strata=stamp("r1", inputs={"source": bookmark}))
    plant(tmp_path / "warehouse", "raw.a", metadata([stamped], current=1))
    second = inspect.observe(
        project(tmp_path, [table("raw.a", ResolvedSource(path=str(landing)))]), ["raw.a"]
    )
    assert second.sources["raw.a"].files == ()


def test_offline_looks_at_nothing(tmp_path: Path) -> None:
    found = inspect.observe(
        project(tmp_path, [table("raw.a", ResolvedSource(path="/x"))]), ["raw.a"], offline=True
    )
    assert (found.offline, found.tables, found.sources) == (True, {}, {})


def test_looking_at_a_catalog_without_tables_makes_none(tmp_path: Path) -> None:
    sqlite3.connect(tmp_path / "catalog.db").close()
    assert not observe_iceberg(environment(tmp_path), ["raw.a"])["raw.a"].exists
    with sqlite3.connect(tmp_path / "catalog.db") as connection:
        assert connection.execute("SELECT count(*) FROM sqlite_schema").fetchone() == (0,)


def test_the_catalog_may_stand_elsewhere(tmp_path: Path) -> None:
    moved = environment(tmp_path).model_copy(
        update={"catalog": CatalogConfig(uri=f"sqlite:///{tmp_path}/other%20place/c.db")}
    )
    assert database(moved) == tmp_path / "other place" / "c.db"
    wrong = moved.model_copy(update={"catalog": CatalogConfig(uri="postgresql://db/catalog")})
    with pytest.raises(ConfigError, match="no SQLite file"):
        database(wrong)


def test_sixty_tables_take_well_below_a_second(tmp_path: Path) -> None:
    """Measured 0.03 s; the bound leaves room for a busy machine."""
    for number in range(60):
        line = [snapshot(1, None, strata=stamp("r"))] + [snapshot(n, n - 1) for n in range(2, 50)]
        plant(tmp_path, f"raw.t{number}", metadata(line, current=49))
    begun = time.perf_counter()
    found = observe_iceberg(environment(tmp_path), [f"raw.t{number}" for number in range(60)])
    assert time.perf_counter() - begun < 0.5
    assert all(one.state is not None for one in found.values())


def test_no_engine_is_imported() -> None:
    code = (
        "import sys; from etl_core.sinks import capabilities, observing\n"
        "capabilities.load(); observing.load()\n"
        "print([m for m in ('pyspark', 'pyiceberg', 'pyarrow', 'boto3') if m in sys.modules])"
    )
    out = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True).stdout
    assert out == "[]\n"
