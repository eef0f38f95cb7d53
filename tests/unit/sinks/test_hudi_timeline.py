"""Reading `.hoodie` without a JVM: timelines, properties, Avro schemas, names of files."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from etl_core.errors import StateError
from etl_core.sinks.hudi.avro import spark_struct
from etl_core.sinks.hudi.files import visible_files
from etl_core.sinks.hudi.history import operation, row_count
from etl_core.sinks.hudi.properties import load_properties, with_keys
from etl_core.sinks.hudi.timeline import Timeline, load_timeline
from etl_core.sinks.types import simple_name
from etl_core.storage import open_storage


class Table:
    """`raw.t` in a warehouse, written by hand."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder / "raw" / "t"
        self.meta = self.folder / ".hoodie"
        self.meta.mkdir(parents=True)
        self.storage = open_storage(str(folder))

    def commit(
        self, name: str, kind: str = "", rows: tuple[int, int] = (0, 0), extra: dict[str, str] | None = None
    ) -> None:
        stats = {"numInserts": rows[0], "numUpdateWrites": 0, "numDeletes": rows[1]}
        content: dict[str, Any] = {"partitionToWriteStats": {"": [stats]}, "extraMetadata": extra or {}}
        (self.meta / name).write_text(json.dumps(content | {"operationType": kind}))

    def timeline(self) -> Timeline:
        return load_timeline(self.storage, "raw.t")


@pytest.fixture
def table(tmp_path: Path) -> Table:
    return Table(tmp_path)


def test_completed_and_begun_commits_are_told_apart(table: Table) -> None:
    for name in ("3.commit.requested", "3.inflight", "1.commit.requested", "1.inflight", ".1.commit.crc"):
        (table.meta / name).touch()
    for name in ("5.compaction.requested", "6.replacecommit.requested", "7.clean", "8.rollback.inflight"):
        (table.meta / name).touch()
    (table.meta / "archived").mkdir()
    (table.meta / ".temp" / "3").mkdir(parents=True)
    (table.meta / ".temp" / "3" / "x.parquet.marker.CREATE").touch()
    table.commit("1.commit")
    table.commit("2.deltacommit")
    table.commit("4.replacecommit")
    found = table.timeline()
    assert [(instant.time, instant.action) for instant in found.commits] == [
        ("1", "commit"),
        ("2", "deltacommit"),
        ("4", "replacecommit"),
    ]
    assert (found.pending, found.truncated, found.cleaned) == (("3", "6"), False, True)
    (table.meta / "archived" / ".commits_.archive.1_1-0-1").touch()
    assert table.timeline().truncated


def test_commits_after_one(table: Table) -> None:
    for number in (1, 2, 3):
        table.commit(f"{number}.commit", "INSERT")
    found = table.timeline()
    assert [instant.time for instant in found.after("") or ()] == ["1", "2", "3"]
    assert [instant.time for instant in found.after("2") or ()] == ["3"]
    assert found.after("3") == []
    assert found.after("0") is None


def test_a_commit_of_columns_is_no_snapshot(table: Table) -> None:
    table.commit("1.commit", "INSERT")
    table.commit("2.commit", "BULK_INSERT", extra={"strata-write": "schema"})
    assert table.timeline().last == "1"


def test_an_empty_commit_file_is_a_commit_and_a_torn_one_an_error(table: Table) -> None:
    (table.meta / "1.commit").touch()
    (table.meta / "2.commit").write_text("{")
    first, second = table.timeline().commits
    assert (first.run_id, first.kind, first.total("numInserts")) == ("", "UNKNOWN", 0)
    with pytest.raises(StateError, match=r"2\.commit cannot be read"):
        _ = second.content


@pytest.mark.parametrize(
    ("kind", "write", "meaning"),
    [
        ("UPSERT", "", "overwrite"),
        ("BULK_INSERT", "", "append"),
        ("INSERT_OVERWRITE_TABLE", "", "overwrite"),
        ("DELETE", "", "delete"),
        ("COMPACT", "", "replace"),
        ("CLUSTER", "", "replace"),
        ("SOMETHING_NEW", "", "overwrite"),
        ("UPSERT", "append", "append"),
        ("BULK_INSERT", "stamp", "append"),
        ("BULK_INSERT", "schema", "replace"),
        ("INSERT_OVERWRITE", "overwrite_partitions", "overwrite"),
        ("UPSERT", "invented", "overwrite"),
    ],
)
def test_operations(table: Table, kind: str, write: str, meaning: str) -> None:
    table.commit("1.commit", kind, extra={"strata-write": write} if write else {})
    assert operation(table.timeline().commits[0]) == meaning


def test_rows_are_counted_from_the_newest_commit_that_says_so(table: Table) -> None:
    assert row_count(table.timeline()) == 0
    table.commit("1.commit", "INSERT", (5, 0))
    assert row_count(table.timeline()) == 5
    table.commit("2.commit", "UPSERT", (100, 0), {"strata-write": "apply", "strata-rows": "42"})
    table.commit("3.commit", "UPSERT", (3, 2))
    table.commit("4.commit", "COMPACT", (40, 0))
    assert row_count(table.timeline()) == 43
    table.commit("5.replacecommit", "INSERT_OVERWRITE", (3, 0))
    assert row_count(table.timeline()) is None


def test_properties_as_java_writes_them(table: Table) -> None:
    text = (
        "#Updated at 2024\n#Mon\nhoodie.table.name=raw_t\nhoodie.table.version=6\n"
        "hoodie.table.type=MERGE_ON_READ\nhoodie.table.partition.fields=_strata_days_at,_strata_identity_x\n"
        'hoodie.table.create.schema={"name"\\:"\\u00FC\\\\"}\nhoodie.table.recordkey.fields=_strata_key\n'
    )
    keys = ['a"b', "ü\\"]
    (table.meta / "hoodie.properties").write_bytes(with_keys(text.encode("latin-1"), keys))
    found = load_properties(table.storage, "raw.t")
    assert found is not None
    assert (found.name, found.merge_on_read, found.record_key) == ("raw_t", True, "_strata_key")
    assert found.keys == tuple(keys)
    assert found.schema == '{"name":"ü\\"}'
    assert found.hidden == {"_strata_key", "_hoodie_is_deleted", "_strata_days_at", "_strata_identity_x"}
    assert load_properties(table.storage, "raw.other") is None


def test_another_version_is_refused(table: Table) -> None:
    (table.meta / "hoodie.properties").write_text("hoodie.table.name=t\nhoodie.table.version=8\n")
    with pytest.raises(StateError, match="table version 8, Strata reads and writes 6"):
        load_properties(table.storage, "raw.t")


def test_avro_types_are_turned_over() -> None:
    fixed = {"type": "fixed", "name": "f", "namespace": "n", "size": 6}
    decimal = fixed | {"logicalType": "decimal", "precision": 12, "scale": 2}
    inner = {"type": "record", "name": "s", "fields": [{"name": "a", "type": ["null", "int"]}]}
    types: dict[str, Any] = {
        "i": "int",
        "l": ["null", "long"],
        "x": "bytes",
        "d": {"type": "int", "logicalType": "date"},
        "t": {"type": "long", "logicalType": "timestamp-micros"},
        "m": decimal,
        "again": "n.f",
        "s": ["null", inner],
        "list": {"type": "array", "items": ["null", "string"]},
        "map": {"type": "map", "values": "double"},
    }
    fields = [{"name": name, "type": kind} for name, kind in types.items()]
    found = spark_struct({"type": "record", "name": "r", "fields": fields})
    assert [(field["name"], simple_name(field["type"])) for field in found["fields"]] == [
        ("i", "int"),
        ("l", "bigint"),
        ("x", "binary"),
        ("d", "date"),
        ("t", "timestamp"),
        ("m", "decimal(12,2)"),
        ("again", "decimal(12,2)"),
        ("s", "struct<a:int>"),
        ("list", "array<string>"),
        ("map", "map<string,double>"),
    ]


def test_the_files_that_readers_see(table: Table) -> None:
    table.commit("2.commit", "UPSERT")
    table.commit("4.deltacommit", "UPSERT")
    (table.meta / "5.replacecommit").write_text('{"partitionToReplaceFileIds": {"": ["c-0"]}}')
    names = ["a-0_1-2-3_2.parquet", "a-0_1-2-3_4.parquet", "a-0_1-2-3_9.parquet", "b-0_0-0-0_1.parquet"]
    names += [".b-0_1.log.1_0-1-2", ".a-0_2.log.1_0-1-2", "c-0_0-0-0_2.parquet", ".hoodie_partition_metadata"]
    for name in names:
        (table.folder / name).touch()
    found = {Path(key).name for key in visible_files(table.storage, "raw.t", table.timeline())}
    # 9 was never committed, 1 is archived, c was replaced, the log of a belongs to an older file
    assert found == {"a-0_1-2-3_4.parquet", "b-0_0-0-0_1.parquet", ".b-0_1.log.1_0-1-2"}
