"""Hudi among other writers, and where it differs: compaction, clustering, cleaning, death."""

from __future__ import annotations

import json
import shutil
from datetime import datetime
from pathlib import Path
from typing import Any

import pytest
from py4j.protocol import Py4JJavaError
from pyspark.sql import DataFrame, SparkSession
from pyspark.sql import functions as F
from pyspark.sql.types import DecimalType, DoubleType, LongType, StructField

from etl_core.errors import PublishError, SinkError, SourceError, StateError
from etl_core.sinks.hudi.properties import load_properties
from etl_core.sinks.hudi.settings import write_settings
from etl_core.sinks.hudi.sink import HudiTable
from etl_core.sinks.protocol import TargetSpec
from etl_core.state.models import LOST_PROGRESS_HINT
from etl_core.storage import open_storage
from tests.contract.kit import (
    EVENTS,
    KEYED,
    PLAIN,
    Bench,
    append,
    apply,
    event,
    frame,
    ids,
    make_bench,
    people,
    schema,
    state,
)

KINDS = ("hudi", "hudi-mor")


@pytest.fixture(params=KINDS)
def bench(request: pytest.FixtureRequest, spark: SparkSession, tmp_path: Path) -> Bench:
    return make_bench(spark, tmp_path, request.param)


@pytest.fixture
def cow(spark: SparkSession, tmp_path: Path) -> Bench:
    return make_bench(spark, tmp_path, "hudi")


def made(bench: Bench, columns: str = PLAIN, **spec: Any) -> HudiTable:
    table = bench.open(**spec)
    table.create(schema(table, columns))
    assert isinstance(table, HudiTable)
    return table


def foreign(table: HudiTable, rows: DataFrame, operation: str, **settings: str) -> None:
    """As somebody else would, past Strata."""
    properties = load_properties(table.at.storage, table.at.name)
    assert properties is not None
    options = (
        write_settings(properties, {}, "2") | {"hoodie.datasource.write.operation": operation} | settings
    )
    rows.write.format("hudi").options(**options).mode("append").save(table.at.path)


def somebody(table: HudiTable, number: int, operation: str = "bulk_insert", **settings: str) -> None:
    foreign(table, frame(table, people("somebody", number)), operation, **settings)


def keyed(rows: DataFrame) -> DataFrame:
    """As a keyed table stores them."""
    return rows.withColumn("_hoodie_is_deleted", F.lit(None).cast("boolean"))


CLUSTER = {"hoodie.clustering.inline": "true", "hoodie.clustering.inline.max.commits": "1"}


def held(table: Any) -> dict[int, str]:
    return {row["id"]: row["name"] for row in table.read().collect()}


def kinds(table: HudiTable) -> list[str]:
    return [instant.kind for instant in table.at.timeline().commits]


def test_state_is_found_behind_foreign_commits_and_clustering(bench: Bench) -> None:
    table = made(bench)
    append(table, "r1", 1)
    second = append(table, "r2", 2)
    somebody(table, 3, **CLUSTER)
    assert kinds(table)[-1] == "CLUSTER"
    assert table.state() == state("r2")
    seen = bench.observe("raw.person")["raw.person"]
    assert (seen.state, seen.rows) == (state("r2"), 3)
    assert [commit.operation for commit in table.commits(second) or ()] == ["append", "replace"]
    assert ids(table.read()) == [1, 2, 3]
    assert ids(table.read(second)) == [1, 2]
    assert ids(table.read_appended(second, table.snapshot())) == [3]


def test_a_clustering_meanwhile_is_no_obstacle(bench: Bench) -> None:
    table = made(bench)
    append(table, "r1", 1)
    append(table, "r2", 2)
    staging = table.begin("r3")
    table.append(staging, frame(table, people("r3", 3)))
    foreign(table, table.at.empty(table.schema()), "bulk_insert", **CLUSTER, **{"strata-write": "schema"})
    assert kinds(table)[-1] == "CLUSTER"
    table.publish(staging, state("r3"))
    assert (ids(table.read()), table.state()) == ([1, 2, 3], state("r3"))


def test_a_foreign_writer_stops_the_publish(bench: Bench) -> None:
    table = made(bench)
    append(table, "r1", 1)
    staging = table.begin("r2")
    table.append(staging, frame(table, people("r2", 2)))
    somebody(table, 3)
    with pytest.raises(PublishError, match="another writer"):
        table.publish(staging, state("r2"))
    assert ids(table.read()) == [1, 3]


class Racing:
    """Stands in for `_commit`: somebody else is faster, or the answer gets lost."""

    def __init__(self, table: HudiTable, before: Any, after: Any) -> None:
        self.real, self.before, self.after, self.calls = table._commit, before, after, 0

    def __call__(self, *args: Any) -> None:
        self.calls += 1
        self.before()
        self.real(*args)
        self.after()


def nothing() -> None:
    """No interference."""


def test_a_writer_between_check_and_commit_is_reported(cow: Bench, monkeypatch: pytest.MonkeyPatch) -> None:
    table = made(cow)
    append(table, "r1", 1)
    staging = table.begin("r2")
    table.append(staging, frame(table, people("r2", 2)))
    monkeypatch.setattr(table, "_commit", Racing(table, lambda: somebody(table, 3), nothing))
    with pytest.raises(PublishError, match=r"another writer.*is published all the same"):
        table.publish(staging, state("r2"))
    assert ids(table.read()) == [1, 2, 3]
    assert table.state() == state("r2")


def test_a_commit_whose_answer_was_lost_is_not_made_twice(
    cow: Bench, monkeypatch: pytest.MonkeyPatch
) -> None:
    table = made(cow)
    staging = table.begin("r1")
    table.append(staging, frame(table, people("r1", 1)))

    def lose() -> None:
        jvm: Any = table.at.spark._jvm
        raise Py4JJavaError("commit", jvm.java.lang.RuntimeException("connection lost"))

    racing = Racing(table, nothing, lose)
    monkeypatch.setattr(table, "_commit", racing)
    assert table.publish(staging, state("r1")).snapshot == table.snapshot()
    assert (racing.calls, ids(table.read())) == (1, [1])


def test_a_commit_that_failed_is_no_publish(cow: Bench, monkeypatch: pytest.MonkeyPatch) -> None:
    table = made(cow)
    staging = table.begin("r1")
    table.append(staging, frame(table, people("r1", 1)))

    def fail() -> None:
        jvm: Any = table.at.spark._jvm
        raise Py4JJavaError("commit", jvm.java.lang.RuntimeException("disk full"))

    monkeypatch.setattr(table, "_commit", Racing(table, fail, nothing))
    with pytest.raises(PublishError, match="disk full"):
        table.publish(staging, state("r1"))
    assert (table.snapshot(), table.state()) == ("", None)


def test_what_a_killed_write_left_is_rolled_back(bench: Bench) -> None:
    """The write dies after its files are written: they and the begun commit are there, unseen."""
    table = made(bench, KEYED, keys=("id",))
    apply(table, "r1", [event(1, "a", 1, "r1"), event(2, "b", 1, "r1")])
    table.begin("dead")
    torn = F.expr("if(id = 9, raise_error('killed'), name)")
    rows = frame(table, [(n, "x", (9, "f", n), "dead") for n in (8, 9)], KEYED)
    with pytest.raises(Exception, match="killed"):
        foreign(table, keyed(rows.withColumn("name", torn)), "bulk_insert")
    again = bench.open(keys=("id",))
    assert isinstance(again, HudiTable)
    assert held(again) == {1: "a", 2: "b"}
    assert len(again.at.timeline().pending) == 1
    assert again.drop_leftovers() == ("dead",)
    assert again.at.timeline().pending == ()
    assert apply(again, "r2", [event(1, "c", 2, "r2")]) == 1
    assert (held(again), again.state()) == ({1: "c", 2: "b"}, state("r2"))


def test_compaction_between_and_within_runs(spark: SparkSession, tmp_path: Path) -> None:
    bench = make_bench(spark, tmp_path, "hudi-mor")
    eager = (*bench.properties, ("hoodie.compact.inline.max.delta.commits", "2"))
    table = made(bench, KEYED, keys=("id",), properties=eager)
    apply(table, "r0", [event(n, "r0", 0, "r0") for n in (1, 2)])
    snapshots, expected = [table.snapshot()], [{1: "r0", 2: "r0"}]
    for number in range(1, 6):
        run_id = f"r{number}"
        assert apply(table, run_id, [event(1, run_id, number, run_id)]) == 1
        snapshots.append(table.snapshot())
        expected.append({1: run_id, 2: "r0"})
    assert kinds(table).count("COMPACT") >= 2
    assert held(table) == expected[-1]
    assert [held_at(table, snapshot) for snapshot in snapshots] == expected
    assert {commit.operation for commit in table.commits(snapshots[0]) or ()} == {"overwrite", "replace"}
    assert table.state() == state("r5")
    table.rollback(snapshots[1])
    assert (held(table), table.state()) == (expected[1], state("r1"))
    assert apply(table, "r6", [event(2, "r6", 9, "r6")]) == 1
    assert held(table) == {1: "r1", 2: "r6"}


def held_at(table: HudiTable, snapshot: str) -> dict[int, str]:
    return {row["id"]: row["name"] for row in table.read(snapshot).collect()}


def test_cleaning_and_archiving_keep_the_state_and_say_what_is_gone(bench: Bench) -> None:
    few = {
        "hoodie.clean.commits.retained": "1",
        "hoodie.keep.min.commits": "2",
        "hoodie.keep.max.commits": "3",
    }
    table = made(bench, KEYED, keys=("id",), properties=(*bench.properties, *few.items()))
    snapshots = []
    for number in range(1, 4):
        apply(table, f"r{number}", [event(1, f"n{number}", number, f"r{number}")])
        snapshots.append(table.snapshot())
    for number in range(4, 12):
        rows = frame(table, [(1, f"f{number}", (number, "f", 1), "somebody")], KEYED)
        foreign(table, keyed(rows), "upsert", **few)
    timeline = table.at.timeline()
    assert timeline.truncated
    assert timeline.commits[0].time > snapshots[-1]
    assert table.state() == state("r3")
    assert bench.observe("raw.person")["raw.person"].state == state("r3")
    assert table.commits(snapshots[-1]) is None
    assert table.commits("") is None
    with pytest.raises(SinkError, match="no longer kept"):
        table.read(snapshots[0])
    with pytest.raises(PublishError, match="not kept any more"):
        table.rollback(snapshots[0])
    assert apply(table, "r4", [event(1, "late", 5, "r4"), event(2, "new", 5, "r4")]) == 1
    assert held(table) == {1: "f11", 2: "new"}
    assert [stamped for _, stamped in table.stamps()] == [state("r4")]


def test_rolling_back_rolls_the_state_back(bench: Bench) -> None:
    table = made(bench, KEYED, keys=("id",))
    apply(table, "r1", [event(1, "a", 1, "r1"), event(2, "b", 1, "r1")])
    first = table.snapshot()
    apply(table, "r2", [event(1, "c", 2, "r2"), event(2, None, 2, "r2", delete=True)])
    second = table.snapshot()
    table.rollback(first)
    assert (held(table), table.state(), table.snapshot()) == ({1: "a", 2: "b"}, state("r1"), first)
    assert bench.observe("raw.person")["raw.person"].state == state("r1")
    assert table.commits(second) is None
    assert apply(table, "r3", [event(1, "d", 3, "r3")]) == 1
    assert held(table) == {1: "d", 2: "b"}


def test_rows_without_a_state_are_never_read_as_zero_progress(bench: Bench) -> None:
    table = made(bench)
    somebody(table, 1)
    with pytest.raises(StateError, match="has rows") as caught:
        table.state()
    assert caught.value.hint == LOST_PROGRESS_HINT
    assert bench.observe("raw.person")["raw.person"].state is None


def test_a_state_of_a_newer_strata_is_refused(cow: Bench) -> None:
    table = made(cow)
    somebody(table, 1, strata=json.dumps({"run_id": "r1", "invented": 1}))
    with pytest.raises(StateError, match=r"raw\.person: the state in commit"):
        table.state()
    with pytest.raises(StateError, match="cannot be read"):
        cow.observe("raw.person")


def test_a_late_event_never_revives_a_deleted_key(bench: Bench) -> None:
    """The tombstone of the delete keeps late events away from the sink; here the row itself was deleted in
    the same batch as an update of another, and Hudi's own ordering would bring it back."""
    table = made(bench, KEYED, keys=("id",))
    apply(table, "r1", [event(1, "a", 5, "r1"), event(2, "b", 5, "r1")])
    apply(table, "r2", [event(1, None, 9, "r2", delete=True), event(2, "b2", 9, "r2")])
    assert apply(table, "r3", [event(2, "late", 7, "r3"), event(1, None, 8, "r3", delete=True)]) == 0
    assert held(table) == {2: "b2"}


def test_a_row_moves_between_partitions_and_is_deleted_there(bench: Bench) -> None:
    table = made(bench, KEYED, keys=("id",), partition_by=("name",))
    apply(table, "r1", [event(n, "", 1, "r1") for n in range(3)])
    assert apply(table, "r2", [event(0, "x", 2, "r2"), event(1, None, 2, "r2", delete=True)]) == 1
    assert held(table) == {0: "x", 2: ""}
    assert [row["id"] for row in table.read().where("name = ''").collect()] == [2]
    seen = bench.observe("raw.person")["raw.person"]
    assert (seen.rows, [name for name, _ in seen.columns]) == (
        2,
        ["id", "name", "_strata_seq", "_strata_run_id"],
    )


def test_partitions_of_the_empty_text_and_of_null_are_two(bench: Bench) -> None:
    table = made(bench, "id int, region string", partition_by=("region",))
    rows = [(1, ""), (2, None), (3, '""'), (4, "a/b=c"), (5, "0012"), (6, "__HIVE_DEFAULT_PARTITION__")]
    staging = table.begin("r1")
    table.append(staging, frame(table, rows, "id int, region string"))
    table.publish(staging, state("r1"))
    for number, region in rows:
        assert [
            row["id"] for row in table.read().where(F.col("region").eqNullSafe(F.lit(region))).collect()
        ] == [number]
        staging = table.begin(f"o{number}")
        new = frame(table, [(number + 10, region)], "id int, region string")
        assert table.overwrite_partitions(staging, new) == 1
        table.publish(staging, state(f"o{number}"))
    assert sorted(tuple(row) for row in table.read().collect()) == sorted((n + 10, r) for n, r in rows)


def test_duckdb_reads_the_files_of_a_copy_on_write_table(cow: Bench) -> None:
    """Oracle: another engine, on the files that `visible_files` names."""
    import duckdb

    from etl_core.sinks.hudi.files import visible_files

    table = made(cow, KEYED, keys=("id",), partition_by=("truncate(1, name)",))
    apply(table, "r1", [event(n, f"{'ab'[n % 2]}{n}", 1, "r1") for n in range(20)])
    apply(table, "r2", [event(n, f"{'bc'[n % 2]}{n}", 2, "r2", delete=n > 6) for n in range(3, 9)])
    keys = visible_files(table.at.storage, "raw.person", table.at.timeline())
    paths = [table.at.storage.uri(key).removeprefix("file://") for key in keys]
    found = duckdb.execute(
        "SELECT id, name, _strata_seq.k1, _strata_run_id FROM read_parquet(?, hive_partitioning = false)",
        [paths],
    ).fetchall()
    seen = table.read().select("id", "name", "_strata_seq.k1", "_strata_run_id").collect()
    assert sorted(found) == sorted(tuple(row) for row in seen)
    assert len(found) == 18


@pytest.mark.parametrize(
    ("old", "new", "value"),
    [
        ("int", LongType(), 2**31 - 1),
        ("float", DoubleType(), 0.1),
        ("decimal(10,2)", DecimalType(12, 2), "12345678.90"),
        ("decimal(10,2)", DecimalType(20, 4), "1.50"),
        ("int", DoubleType(), 7),
    ],
)
def test_widened_columns_keep_their_values(bench: Bench, old: str, new: Any, value: Any) -> None:
    columns = f"id int, v {old}, _strata_seq struct<row:bigint>, _strata_run_id string"
    table = made(bench, columns, keys=("id",))
    order = "named_struct('row', 1L) _strata_seq, 'r' _strata_run_id, false _strata_delete"
    rows = table.at.spark.sql(f"SELECT cast(1 as int) id, cast('{value}' as {old}) v, {order}")
    expected = rows.select(F.col("v").cast(new)).collect()
    staging = table.begin("r1")
    table.apply(staging, rows)
    table.publish(staging, state("r1"))
    table.widen_columns([StructField("v", new)])
    table.widen_columns([StructField("v", new)])
    assert table.schema()["v"].dataType == new
    assert table.read().select("v").collect() == expected
    assert table.state() == state("r1")
    more = rows.withColumn("id", F.lit(2)).withColumn("v", F.col("v").cast(new))
    staging = table.begin("r2")
    assert table.apply(staging, more) == 1
    table.publish(staging, state("r2"))
    assert table.read().select("v").distinct().collect() == expected
    assert table.read().where(F.col("v") == F.lit(expected[0]["v"])).count() == 2


def test_another_formats_folder_is_left_alone(cow: Bench) -> None:
    folder = Path(cow.environment.warehouse, "raw", "person", "metadata")
    folder.mkdir(parents=True)
    (folder / "v1.metadata.json").write_text("{}")
    with pytest.raises(SinkError, match="holds something that is no Hudi table"):
        made(cow)
    assert list(folder.parent.iterdir()) == [folder]


@pytest.mark.parametrize(
    ("properties", "text"),
    [
        ({"hoodie.table.type": "MERGE"}, "MERGE_ON_READ"),
        ({"format-version": "2"}, "no property of Hudi"),
        ({"hoodie.write.table.version": "8"}, "cannot be set"),
        ({"hoodie.datasource.write.recordkey.field": "x"}, "cannot be set"),
    ],
)
def test_properties_that_cannot_work_are_refused(cow: Bench, properties: dict[str, str], text: str) -> None:
    with pytest.raises(SinkError, match=text):
        made(cow, properties=tuple(properties.items()))


def test_a_table_keeps_the_keys_it_was_made_with(cow: Bench) -> None:
    made(cow, KEYED, keys=("id",))
    other = cow.open(keys=("name",))
    with pytest.raises(SinkError, match=r"created with the keys \(id\)"):
        other.apply(other.begin("r1"), frame(other, [event(1, "a", 1, "r1")], EVENTS))


def test_a_table_that_another_writer_upgraded_is_named(cow: Bench) -> None:
    table = made(cow)
    file = Path(table.at.path, ".hoodie", "hoodie.properties")
    file.write_text(file.read_text().replace("hoodie.table.version=6", "hoodie.table.version=8"))
    with pytest.raises(StateError, match=r"raw\.person is of Hudi's table version 8") as caught:
        cow.observe("raw.person")
    assert "downgrade" in caught.value.hint


def test_looking_makes_nothing(cow: Bench) -> None:
    assert not cow.observe("raw.person")["raw.person"].exists
    assert not Path(cow.environment.warehouse).exists()


def test_a_batch_is_evaluated_once(bench: Bench) -> None:
    table = made(bench)
    calls = table.at.spark.sparkContext.accumulator(0)

    def count(value: int) -> int:
        calls.add(1)
        return value

    rows = frame(table, people("r1", *range(5))).withColumn("id", F.udf(count, "int")("id"))
    staging = table.begin("r1")
    assert table.append(staging, rows) == 5
    assert table.candidate(staging).count() == 5
    table.publish(staging, state("r1"))
    assert calls.value == 5


def test_a_lost_sidecar_does_no_harm_while_the_commits_are_there(bench: Bench) -> None:
    table = made(bench)
    append(table, "r1", 1)
    shutil.rmtree(Path(bench.environment.warehouse, "_strata"))
    assert bench.open().state() == state("r1")
    append(table, "r2", 2)
    assert bench.open().state() == state("r2")


def test_scanned_without_a_jvm(bench: Bench) -> None:
    from etl_core.sinks.hudi.scan import scan
    from etl_core.sinks.scanning import Wanted

    assert scan(bench.environment, "raw.person", Wanted()) is None
    table = made(bench, KEYED, keys=("id",))
    empty = scan(bench.environment, "raw.person", Wanted())
    assert empty is not None
    assert (empty.columns, list(empty.rows)) == (("id", "name"), [])
    apply(table, "r1", [event(n, f"n{n}", 1, "r1") for n in range(6)])
    apply(table, "r2", [event(1, "new", 2, "r2"), event(2, None, 2, "r2", delete=True)])
    found = scan(bench.environment, "raw.person", Wanted(where="id < 4"))
    assert found is not None
    assert sorted((row["id"], row["name"]) for row in found.rows) == [(0, "n0"), (1, "new"), (3, "n3")]
    limited = scan(bench.environment, "raw.person", Wanted(limit=2, all_columns=True))
    assert limited is not None
    assert len(list(limited.rows)) == 2
    assert limited.columns == ("id", "name", "_strata_seq", "_strata_run_id")


def test_log_files_that_cannot_be_merged_without_spark_are_named(spark: SparkSession, tmp_path: Path) -> None:
    """hudi-rs 0.5.0 fails on a timestamp in a struct; Spark reads the same table."""
    from etl_core.sinks.hudi.scan import scan
    from etl_core.sinks.scanning import Wanted

    bench = make_bench(spark, tmp_path, "hudi-mor")
    columns = "id int, name string, _strata_seq struct<k1:timestamp>, _strata_run_id string"
    table = made(bench, columns, keys=("id",))
    for day in (1, 2):
        rows: list[Any] = [(1, f"n{day}", (datetime(2024, 1, day),), f"r{day}", False)]
        assert apply(table, f"r{day}", rows, f"{columns}, _strata_delete boolean") == 1
    assert held(table) == {1: "n2"}
    found = scan(bench.environment, "raw.person", Wanted())
    assert found is not None
    with pytest.raises(SourceError, match=r"raw\.person cannot be read without Spark") as caught:
        list(found.rows)
    assert "compaction" in caught.value.hint


def test_names_of_spec_and_storage_are_one_table(cow: Bench) -> None:
    table = made(cow)
    storage = open_storage(cow.environment.warehouse)
    properties = load_properties(storage, table.at.name)
    assert properties is not None
    assert (properties.name, properties.merge_on_read, properties.record_key) == ("raw_person", False, "")
    assert TargetSpec("raw.person").keys == properties.keys
