"""Iceberg among other writers: foreign commits, compaction, expiry, rollback, lost races."""

from __future__ import annotations

import shutil
from pathlib import Path
from typing import Any

import pytest
from py4j.protocol import Py4JJavaError
from pyspark.sql import DataFrame, SparkSession
from pyspark.sql import functions as F

from etl_core.errors import Moved, PublishError, SinkError, StateError
from etl_core.sinks.iceberg import counting
from etl_core.sinks.iceberg.sink import IcebergTable
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

NAME = "strata.raw.person"


@pytest.fixture
def bench(spark: SparkSession, tmp_path: Path) -> Bench:
    return make_bench(spark, tmp_path, "iceberg")


@pytest.fixture
def person(bench: Bench) -> IcebergTable:
    table = bench.open()
    table.create(schema(table, PLAIN))
    assert isinstance(table, IcebergTable)
    return table


def sql(table: IcebergTable, text: str) -> list[Any]:
    """As somebody else would, past Strata."""
    return table.at.spark.sql(text).collect()


def foreign(table: IcebergTable, number: int) -> None:
    frame(table, people("somebody", number)).writeTo(NAME).append()


def compact(table: IcebergTable) -> None:
    sql(
        table,
        "CALL strata.system.rewrite_data_files(table => 'raw.person', options => map('rewrite-all','true'))",
    )


def expire(table: IcebergTable) -> None:
    sql(
        table,
        "CALL strata.system.expire_snapshots(table => 'raw.person', retain_last => 1, "
        "older_than => TIMESTAMP '2999-01-01 00:00:00')",
    )


def staged(table: IcebergTable, run_id: str, *numbers: int) -> Any:
    staging = table.begin(run_id)
    table.append(staging, frame(table, people(run_id, *numbers)))
    return staging


def test_state_is_found_behind_foreign_commits_and_compaction(bench: Bench, person: IcebergTable) -> None:
    append(person, "r1", 1)
    append(person, "r2", 2)
    foreign(person, 3)
    compact(person)
    assert person.state() == state("r2")
    assert bench.observe("raw.person")["raw.person"].state == state("r2")
    assert ids(person.read()) == [1, 2, 3]


def test_expiry_keeps_the_state(bench: Bench, person: IcebergTable) -> None:
    append(person, "r1", 1)
    append(person, "r2", 2)
    foreign(person, 3)
    foreign(person, 4)
    expire(person)
    kept = sql(person, f"SELECT snapshot_id FROM {NAME}.snapshots")
    assert len(kept) == 2  # what readers see, and the stamp that the tag holds
    assert person.state() == state("r2")
    assert bench.observe("raw.person")["raw.person"].state == state("r2")
    assert person.commits("") is None
    append(person, "r3", 5)
    assert person.state() == state("r3")
    assert ids(person.read()) == [1, 2, 3, 4, 5]


def test_rolling_the_table_back_rolls_its_state_back(bench: Bench, person: IcebergTable) -> None:
    first = append(person, "r1", 1)
    second = append(person, "r2", 2)
    sql(person, f"CALL strata.system.rollback_to_snapshot('raw.person', {first})")
    assert person.state() == state("r1")
    assert bench.observe("raw.person")["raw.person"].state == state("r1")
    assert person.commits(second) is None
    append(person, "r3", 3)
    assert (ids(person.read()), person.state()) == ([1, 3], state("r3"))


def test_a_foreign_writer_stops_the_publish(person: IcebergTable) -> None:
    append(person, "r1", 1)
    staging = staged(person, "r2", 2)
    foreign(person, 3)
    with pytest.raises(PublishError, match="another writer") as caught:
        person.publish(staging, state("r2"))
    assert "run again" in caught.value.hint
    assert not isinstance(caught.value, Moved)
    assert ids(person.read()) == [1, 3]


def test_a_rollback_meanwhile_stops_the_publish(person: IcebergTable) -> None:
    first = append(person, "r1", 1)
    append(person, "r2", 2)
    staging = staged(person, "r3", 3)
    sql(person, f"CALL strata.system.rollback_to_snapshot('raw.person', {first})")
    with pytest.raises(PublishError, match="rolled back"):
        person.publish(staging, state("r3"))
    assert ids(person.read()) == [1]


def test_a_compaction_meanwhile_asks_for_another_try(bench: Bench, person: IcebergTable) -> None:
    append(person, "r1", 1)
    append(person, "r2", 2)
    staging = staged(person, "r3", 3)
    compact(bench.open())  # type: ignore[arg-type]
    with pytest.raises(Moved):
        person.publish(staging, state("r3"))
    person.discard(staging, keep=False)
    person.publish(staged(person, "r3", 3), state("r3"))
    assert (ids(person.read()), person.state()) == ([1, 2, 3], state("r3"))


class Racing:
    """Stands in for `_commit`: somebody else is faster, or the answer gets lost, the first time."""

    def __init__(self, table: IcebergTable, before: Any, after: Any) -> None:
        self.real, self.before, self.after, self.calls = table._commit, before, after, 0

    def __call__(self, *args: Any) -> str:
        self.calls += 1
        if self.calls == 1:
            self.before()
        snapshot = self.real(*args)
        if self.calls == 1:
            self.after()
        return snapshot


def nothing() -> None:
    """No interference."""


def test_a_writer_between_check_and_commit_is_noticed(
    bench: Bench, person: IcebergTable, monkeypatch: pytest.MonkeyPatch
) -> None:
    append(person, "r1", 1)
    staging = staged(person, "r2", 2)
    other = bench.open()
    monkeypatch.setattr(person, "_commit", Racing(person, lambda: foreign(other, 3), nothing))  # type: ignore[arg-type]
    with pytest.raises(PublishError, match="another writer"):
        person.publish(staging, state("r2"))
    assert ids(person.read()) == [1, 3]
    assert person.state() == state("r1")


def test_a_harmless_commit_in_between_is_no_obstacle(
    bench: Bench, person: IcebergTable, monkeypatch: pytest.MonkeyPatch
) -> None:
    append(person, "r1", 1)
    staging = staged(person, "r2", 2)
    other = bench.open()
    tag = lambda: sql(other, f"ALTER TABLE {NAME} CREATE TAG audit")  # type: ignore[arg-type]  # noqa: E731
    racing = Racing(person, tag, nothing)
    monkeypatch.setattr(person, "_commit", racing)
    person.publish(staging, state("r2"))
    assert ids(person.read()) == [1, 2]


def test_a_commit_whose_answer_was_lost_is_not_made_twice(
    person: IcebergTable, monkeypatch: pytest.MonkeyPatch
) -> None:
    append(person, "r1", 1)
    staging = staged(person, "r2", 2)

    def lose() -> None:
        exception = person.at.spark._jvm.org.apache.iceberg.exceptions.CommitStateUnknownException(  # type: ignore[union-attr]
            person.at.spark._jvm.java.lang.RuntimeException("connection lost")  # type: ignore[union-attr]
        )
        raise Py4JJavaError("commit", exception)

    racing = Racing(person, nothing, lose)
    monkeypatch.setattr(person, "_commit", racing)
    snapshot = person.publish(staging, state("r2")).snapshot
    assert (racing.calls, snapshot) == (1, person.snapshot())
    assert ids(person.read()) == [1, 2]


def test_a_branch_that_somebody_removed_is_reported(person: IcebergTable) -> None:
    staging = staged(person, "r1", 1)
    person.discard(staging, keep=False)
    with pytest.raises(PublishError, match="somebody removed the branch"):
        person.publish(staging, state("r1"))


def test_rows_without_a_state_are_never_read_as_zero_progress(person: IcebergTable) -> None:
    foreign(person, 1)
    with pytest.raises(StateError, match="has rows") as caught:
        person.state()
    assert "strata state set TABLE --as-of-now" in caught.value.hint
    sql(person, f"DELETE FROM {NAME}")
    assert person.state() is None


def test_a_state_of_a_newer_strata_is_refused(bench: Bench, person: IcebergTable) -> None:
    table = person.at.load()
    table.newAppend().set("strata", '{"run_id": "r1", "invented": 1}').commit()
    with pytest.raises(StateError, match="cannot be read"):
        person.state()
    with pytest.raises(StateError, match=r"raw\.person: the state in snapshot"):
        bench.observe("raw.person")


def test_comments_properties_and_defaults_of_a_new_table(bench: Bench) -> None:
    table = bench.open(
        description='All "people" we know\'s',
        column_comments=(("name", "as in the passport"),),
        properties=(("write.target-file-size-bytes", "1000000"),),
    )
    table.create(schema(table, PLAIN))
    assert isinstance(table, IcebergTable)
    properties = {row["key"]: row["value"] for row in sql(table, f"SHOW TBLPROPERTIES {NAME}")}
    detail = {row["col_name"]: row["data_type"] for row in sql(table, f"DESCRIBE EXTENDED {NAME}")}
    assert detail["Comment"] == 'All "people" we know\'s'
    assert properties["write.target-file-size-bytes"] == "1000000"
    assert properties["format-version"] == "2"
    comments = {row["col_name"]: row["comment"] for row in sql(table, f"DESCRIBE {NAME}")}
    assert comments["name"] == "as in the passport"


def test_transforms_partition_the_files(bench: Bench) -> None:
    table = bench.open(partition_by=("days(at)", "bucket(4, id)", "truncate(2, `a name`)"))
    columns = "id int, at timestamp, `a name` string"
    table.create(schema(table, columns))
    rows = table.at.spark.range(4).select(  # type: ignore[attr-defined]
        F.col("id").cast("int"),
        F.expr("timestamp'2024-01-01 10:00:00' + make_interval(0,0,0,cast(id as int))").alias("at"),
        F.lit("abc").alias("a name"),
    )
    staging = table.begin("r1")
    table.append(staging, rows)
    table.publish(staging, state("r1"))
    assert isinstance(table, IcebergTable)
    parts = sql(table, f"SELECT partition.* FROM {NAME}.partitions")
    assert {str(row["at_day"]) for row in parts} == {f"2024-01-0{day}" for day in range(1, 5)}
    assert {row["a name_trunc"] for row in parts} == {"ab"}


def test_a_failed_write_names_the_cause(person: IcebergTable) -> None:
    staging = person.begin("r1")
    rows = frame(person, people("r1", 1)).withColumn("name", F.raise_error(F.lit("file x.csv is torn")))
    with pytest.raises(SinkError, match=r"append to raw\.person failed.*file x\.csv is torn") as caught:
        person.append(staging, rows)
    assert "at org.apache" not in caught.value.message


def test_metadata_files_do_not_pile_up(bench: Bench) -> None:
    table = bench.open(properties=(("write.metadata.previous-versions-max", "3"),))
    table.create(schema(table, PLAIN))
    for number in range(3):
        append(table, f"r{number}", number)
    folder = Path(bench.environment.warehouse, "raw", "person", "metadata")
    assert len(list(folder.glob("*.metadata.json"))) == 4


def test_a_large_merge_is_counted_by_the_engine(bench: Bench, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(counting, "DRIVER_ROWS", 10)
    table = bench.open(keys=("id",))
    table.create(schema(table, KEYED))
    assert apply(table, "r1", [event(n, "a", 1, "r1") for n in range(30)], EVENTS) == 30
    assert apply(table, "r2", [event(n, "b", 2, "r2") for n in range(7)], EVENTS) == 7


def test_a_lost_metadata_file_is_named(bench: Bench, person: IcebergTable) -> None:
    append(person, "r1", 1)
    shutil.rmtree(Path(bench.environment.warehouse, "raw", "person", "metadata"))
    with pytest.raises(StateError, match=r"raw\.person: its metadata file .* cannot be read"):
        bench.observe("raw.person")


def test_pyiceberg_sees_the_same_table(bench: Bench, person: IcebergTable) -> None:
    """Oracle: another implementation of the format, on the same catalog."""
    from pyiceberg.catalog.sql import SqlCatalog

    snapshot = append(person, "r1", 1, 2)
    path = Path(bench.environment.warehouse, "catalog.db")
    catalog = SqlCatalog("strata", uri=f"sqlite:///{path}", init_catalog_tables="false")
    table = catalog.load_table("raw.person")
    current = table.current_snapshot()
    assert current is not None
    assert current.summary is not None
    seen = bench.observe("raw.person")["raw.person"]
    assert str(current.snapshot_id) == snapshot == seen.snapshot
    assert int(current.summary["total-records"] or 0) == seen.rows == 2
    assert [field.name for field in table.schema().fields] == [name for name, _ in seen.columns]
    assert sorted(table.scan().to_arrow()["id"].to_pylist()) == [1, 2]


def test_looking_makes_nothing(bench: Bench) -> None:
    assert not bench.observe("raw.person")["raw.person"].exists
    assert not Path(bench.environment.warehouse).exists()


def test_a_batch_is_evaluated_once_by_a_merge_into_a_small_table(bench: Bench) -> None:
    table = bench.open(keys=("id",))
    table.create(schema(table, KEYED))
    apply(table, "r1", [event(n, "a", 1, "r1") for n in range(5)])
    assert isinstance(table, IcebergTable)
    calls = table.at.spark.sparkContext.accumulator(0)

    def count(value: int) -> int:
        calls.add(1)
        return value

    batch: DataFrame = frame(table, [event(n, "b", 2, "r2") for n in range(5)], EVENTS)
    batch = batch.withColumn("id", F.udf(count, "int")("id"))
    staging = table.begin("r2")
    assert table.apply(staging, batch) == 5
    assert calls.value == 5
