"""Delta among other writers and readers: foreign commits, compaction, RESTORE, log cleanup, lost races."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pyarrow as pa
import pytest
from deltalake import DeltaTable as OtherEngine
from deltalake import QueryBuilder
from pyarrow import parquet
from pyspark.sql import DataFrame, SparkSession
from pyspark.sql import functions as F
from pyspark.sql.types import LongType, StructField

from etl_core.errors import Moved, PublishError, SinkError, StateError
from etl_core.sinks.delta.sink import DeltaTable
from etl_core.sinks.scanning import Wanted
from etl_core.sinks.scanning import load as scanners
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


@pytest.fixture
def bench(spark: SparkSession, tmp_path: Path) -> Bench:
    return make_bench(spark, tmp_path, "delta")


def created(bench: Bench, columns: str = PLAIN, **spec: Any) -> DeltaTable:
    table = bench.open(**spec)
    table.create(schema(table, columns))
    assert isinstance(table, DeltaTable)
    return table


@pytest.fixture
def person(bench: Bench) -> DeltaTable:
    return created(bench)


def sql(table: DeltaTable, text: str) -> list[Any]:
    """As somebody else would, past Strata; `{}` is the table."""
    return table.at.spark.sql(text.format(table.at.identifier)).collect()


def foreign(table: DeltaTable, number: int) -> None:
    rows = frame(table, people("somebody", number))
    rows.write.format("delta").mode("append").save(table.at.uri)


def staged(table: DeltaTable, run_id: str, *numbers: int) -> Any:
    staging = table.begin(run_id)
    table.append(staging, frame(table, people(run_id, *numbers)))
    return staging


def folder(bench: Bench) -> Path:
    return Path(bench.environment.warehouse, "raw", "person")


def seen_elsewhere(bench: Bench, columns: str = "*") -> list[dict[str, Any]]:
    """Oracle: delta-rs reads the same folder."""
    found = QueryBuilder().register("t", OtherEngine(str(folder(bench)))).execute(f"SELECT {columns} FROM t")
    return [row for batch in found for row in pa.record_batch(batch).to_pylist()]


def test_state_is_found_behind_foreign_commits_and_compaction(bench: Bench, person: DeltaTable) -> None:
    append(person, "r1", 1)
    last = append(person, "r2", 2)
    foreign(person, 3)
    sql(person, "OPTIMIZE {}")
    assert person.state() == state("r2")
    assert bench.observe("raw.person")["raw.person"].state == state("r2")
    commits = person.commits(last)
    assert commits is not None
    assert [(commit.operation, commit.run_id) for commit in commits] == [("append", ""), ("replace", "")]
    assert ids(person.read()) == [1, 2, 3]


def test_restoring_the_table_restores_its_state(bench: Bench, person: DeltaTable) -> None:
    first = append(person, "r1", 1)
    second = append(person, "r2", 2)
    sql(person, f"RESTORE TABLE {{}} TO VERSION AS OF {first}")
    assert (ids(person.read()), person.state()) == ([1], state("r1"))
    assert bench.observe("raw.person")["raw.person"].state == state("r1")
    assert person.commits(second) is None
    assert [commit.operation for commit in person.commits(first) or []] == ["replace"]
    append(person, "r3", 3)
    assert (ids(person.read()), person.state()) == ([1, 3], state("r3"))
    assert [run.run_id for _, run in person.stamps()] == ["r3", "r1"]


def test_a_restore_to_a_time_asks_for_a_version(person: DeltaTable) -> None:
    append(person, "r1", 1)
    append(person, "r2", 2)
    when = sql(person, "DESCRIBE HISTORY {}")[1]["timestamp"]
    sql(person, f"RESTORE TABLE {{}} TO TIMESTAMP AS OF '{when}'")
    with pytest.raises(StateError, match="restored it to a time") as caught:
        person.state()
    assert "to a version" in caught.value.hint


def test_a_foreign_writer_stops_the_publish(person: DeltaTable) -> None:
    append(person, "r1", 1)
    staging = staged(person, "r2", 2)
    foreign(person, 3)
    with pytest.raises(PublishError, match="another writer") as caught:
        person.publish(staging, state("r2"))
    assert not isinstance(caught.value, Moved)
    assert ids(person.read()) == [1, 3]


def test_a_restore_meanwhile_stops_the_publish(person: DeltaTable) -> None:
    first = append(person, "r1", 1)
    append(person, "r2", 2)
    staging = staged(person, "r3", 3)
    sql(person, f"RESTORE TABLE {{}} TO VERSION AS OF {first}")
    with pytest.raises(PublishError, match="rolled back"):
        person.publish(staging, state("r3"))
    assert ids(person.read()) == [1]


def test_a_compaction_meanwhile_is_survived(bench: Bench, person: DeltaTable) -> None:
    append(person, "r1", 1)
    append(person, "r2", 2)
    staging = staged(person, "r3", 3)
    sql(person, "OPTIMIZE {}")
    person.publish(staging, state("r3"))
    assert (ids(person.read()), person.state()) == ([1, 2, 3], state("r3"))
    staging = person.begin("r4")
    person.overwrite(staging, frame(person, people("r4", 4)))
    sql(person, "OPTIMIZE {}")
    with pytest.raises(Moved):
        person.publish(staging, state("r4"))
    person.discard(staging, keep=False)
    assert ids(person.read()) == [1, 2, 3]


def test_a_column_added_meanwhile_asks_for_another_try(person: DeltaTable) -> None:
    append(person, "r1", 1)
    staging = staged(person, "r2", 2)
    sql(person, "ALTER TABLE {} ADD COLUMNS (city string)")
    with pytest.raises(Moved):
        person.publish(staging, state("r2"))


def test_winners_meet_a_compaction(bench: Bench) -> None:
    table = created(bench, KEYED, keys=("id",))
    apply(table, "r1", [event(1, "a", 1, "r1")])
    apply(table, "r2", [event(2, "b", 1, "r2")])
    staging = table.begin("r3")
    table.apply(staging, frame(table, [event(1, "c", 2, "r3")], EVENTS))
    sql(table, "OPTIMIZE {}")
    assert table.publish(staging, state("r3")).rows == 1
    assert {row["id"]: row["name"] for row in table.read().collect()} == {1: "c", 2: "b"}


class Racing:
    """Stands in for `_commit`: somebody else is faster, or the answer gets lost, the first time."""

    def __init__(self, table: DeltaTable, before: Any, after: Any) -> None:
        self.real, self.before, self.after, self.calls = table._commit, before, after, 0

    def __call__(self, *args: Any) -> None:
        self.calls += 1
        if self.calls == 1:
            self.before()
        self.real(*args)
        if self.calls == 1:
            self.after()


def nothing() -> None:
    """No interference."""


def test_a_writer_between_check_and_commit_is_noticed(
    bench: Bench, person: DeltaTable, monkeypatch: pytest.MonkeyPatch
) -> None:
    append(person, "r1", 1)
    staging = staged(person, "r2", 2)
    monkeypatch.setattr(person, "_commit", Racing(person, lambda: foreign(person, 3), nothing))
    with pytest.raises(PublishError, match="another writer"):
        person.publish(staging, state("r2"))
    assert (ids(person.read()), person.state()) == ([1, 3], state("r1"))


@pytest.mark.parametrize("rows", [[event(1, "mine", 2, "r2")], []])
def test_of_two_runs_between_check_and_merge_one_wins(
    bench: Bench, monkeypatch: pytest.MonkeyPatch, rows: list[Any]
) -> None:
    table, other = created(bench, KEYED, keys=("id",)), created(bench, KEYED, keys=("id",))
    apply(table, "r1", [event(1, "a", 1, "r1")])
    staging = table.begin("r2")
    table.apply(staging, frame(table, rows, EVENTS))
    racing = Racing(table, lambda: apply(other, "fast", [event(1, "fast", 3, "fast")]), nothing)
    monkeypatch.setattr(table, "_commit", racing)
    with pytest.raises(PublishError, match="superseded by run fast"):
        table.publish(staging, state("r2"))
    assert [row["name"] for row in table.read().collect()] == ["fast"]
    assert table.state() == state("fast")


def test_a_commit_whose_answer_was_lost_is_not_made_twice(
    bench: Bench, monkeypatch: pytest.MonkeyPatch
) -> None:
    table = created(bench, KEYED, keys=("id",))

    def lose() -> None:
        table.at.spark.sql("SELECT raise_error('connection lost')").collect()

    for run_id, name in (("r1", "a"), ("r2", "b")):
        staging = table.begin(run_id)
        at = int(run_id[1])
        table.apply(staging, frame(table, [event(1, name, at, run_id)], EVENTS))
        racing = Racing(table, nothing, lose)
        monkeypatch.setattr(table, "_commit", racing)
        published = table.publish(staging, state(run_id))
        assert (racing.calls, published.snapshot, published.rows) == (1, table.snapshot(), 1)
        monkeypatch.undo()
    assert [row["name"] for row in table.read().collect()] == ["b"]


def rows_in_files(bench: Bench) -> int:
    """Named by a commit or not. Delta writes a file without rows for an empty task, and names it nowhere."""
    return sum(parquet.read_metadata(path).num_rows for path in folder(bench).glob("*.parquet"))


def test_batches_of_dead_runs_leave_no_files(bench: Bench, person: DeltaTable) -> None:
    append(person, "r1", 1)
    staged(created(bench), "dead", 7, 8)
    assert rows_in_files(bench) == 3
    assert created(bench).drop_leftovers() == ("dead",)
    assert rows_in_files(bench) == 1


def test_a_death_right_after_the_commit_loses_nothing(
    bench: Bench, person: DeltaTable, monkeypatch: pytest.MonkeyPatch
) -> None:
    staging = staged(person, "r1", 1)

    def die(*_: Any) -> None:
        raise KeyboardInterrupt

    monkeypatch.setattr(person, "_settled", die)
    with pytest.raises(KeyboardInterrupt):
        person.publish(staging, state("r1"))
    again = created(bench)
    assert again.drop_leftovers() == ()
    assert (ids(again.read()), again.state()) == ([1], state("r1"))


def cut_log(bench: Bench, below: int) -> None:
    """What log cleanup does: commits before a checkpoint go."""
    for path in (folder(bench) / "_delta_log").glob("*"):
        if path.name[:20].isdigit() and int(path.name[:20]) < below:
            path.unlink()


def checkpoint(table: DeltaTable) -> None:
    table.at.delta_log().checkpoint()


def test_log_cleanup_keeps_the_state(bench: Bench, person: DeltaTable) -> None:
    append(person, "r1", 1)
    first = append(person, "r2", 2)
    foreign(person, 3)
    foreign(person, 4)
    checkpoint(person)
    cut_log(bench, below=int(first) + 2)
    clear_cache(person)
    assert created(bench).state() == state("r2")
    assert bench.observe("raw.person")["raw.person"].state == state("r2")
    assert person.commits("") is None
    append(person, "r3", 5)
    assert person.state() == state("r3")
    assert ids(person.read()) == [1, 2, 3, 4, 5]


def clear_cache(table: DeltaTable) -> None:
    from etl_core.sinks.delta.handle import delta

    delta("DeltaLog").clearCache()


def test_a_state_beside_the_table_that_is_not_its_last_is_refused(bench: Bench, person: DeltaTable) -> None:
    append(person, "r1", 1)
    sidecar = Path(bench.environment.warehouse, "_strata/states/raw/person.json")
    old = sidecar.read_bytes()
    append(person, "r2", 2)
    foreign(person, 3)
    checkpoint(person)
    cut_log(bench, below=3)
    clear_cache(person)
    sidecar.write_bytes(old)
    with pytest.raises(StateError, match="no longer says"):
        person.state()
    with pytest.raises(StateError, match="no longer says"):
        bench.observe("raw.person")
    sidecar.unlink()
    with pytest.raises(StateError, match="no longer says"):
        person.state()


def test_rows_without_a_state_are_never_read_as_zero_progress(person: DeltaTable) -> None:
    foreign(person, 1)
    with pytest.raises(StateError, match="has rows"):
        person.state()
    sql(person, "DELETE FROM {}")
    assert person.state() is None


def test_a_state_of_a_newer_strata_is_refused(bench: Bench, person: DeltaTable) -> None:
    person.at.spark.conf.set(
        "spark.databricks.delta.commitInfo.userMetadata", '{"strata": {"run_id": "r1", "invented": 1}}'
    )
    foreign(person, 1)
    person.at.spark.conf.unset("spark.databricks.delta.commitInfo.userMetadata")
    with pytest.raises(StateError, match=r"raw\.person: the state in commit 1 cannot be read"):
        person.state()
    with pytest.raises(StateError, match="cannot be read"):
        bench.observe("raw.person")


@pytest.mark.parametrize("text", ["not json", "[1]", '{"strata-lookalike": 1}'])
def test_what_others_write_into_their_commits_is_no_state(person: DeltaTable, text: str) -> None:
    append(person, "r1", 1)
    rows = frame(person, people("somebody", 2)).write.format("delta").mode("append")
    rows.option("userMetadata", text).save(person.at.uri)
    assert person.state() == state("r1")


def test_vacuum_takes_nothing_that_readers_need(bench: Bench, person: DeltaTable) -> None:
    append(person, "r1", 1)
    staging = staged(person, "r2", 2)
    person.discard(staging, keep=True)
    spark = person.at.spark
    spark.conf.set("spark.databricks.delta.retentionDurationCheck.enabled", "false")
    spark.conf.set("spark.sql.sources.parallelPartitionDiscovery.parallelism", "2")
    sql(person, "VACUUM {} RETAIN 0 HOURS")
    assert (ids(person.read()), person.state()) == ([1], state("r1"))
    assert bench.kept_rows("raw.person", "r2") == [1, 2]


def test_a_folder_with_other_files_is_refused(bench: Bench) -> None:
    folder(bench).mkdir(parents=True)
    (folder(bench) / "data.csv").write_text("id\n1\n")
    with pytest.raises(SinkError, match="no Delta table"):
        created(bench)


def test_comments_properties_and_defaults_of_a_new_table(bench: Bench) -> None:
    table = created(
        bench,
        description='All "people" we know\'s',
        column_comments=(("name", "as in the 'passport'"), ("city", "it's \\ here")),
        properties=(("delta.checkpointInterval", "3"),),
    )
    table.add_columns([StructField("city", LongType())])
    (detail,) = sql(table, "DESCRIBE DETAIL {}")
    assert (detail["description"], detail["properties"]) == (
        'All "people" we know\'s',
        {"delta.checkpointInterval": "3"},
    )
    comments = {field.name: field.metadata.get("comment") for field in table.schema().fields}
    assert comments == {
        "id": None,
        "name": "as in the 'passport'",
        "_strata_run_id": None,
        "city": "it's \\ here",
    }


PARTITIONS = ("days(at)", "bucket(4, id)", "truncate(2, `a name`)", "region", "year")
PARTITIONED = "id int, at timestamp, `a name` string, region string, year int"


def test_transforms_partition_the_files_and_are_hidden(bench: Bench) -> None:
    table = created(bench, PARTITIONED, partition_by=PARTITIONS)
    rows = table.at.spark.range(4).select(
        F.col("id").cast("int"),
        F.expr("timestamp'2024-01-01 10:00:00' + make_interval(0,0,0,cast(id as int))").alias("at"),
        F.lit("abc").alias("a name"),
        F.expr("CASE id WHEN 0 THEN '' WHEN 1 THEN NULL ELSE 'a/b=c' END").alias("region"),
        F.lit(2024).alias("year"),
    )
    staging = table.begin("r1")
    assert table.append(staging, rows) == 4
    assert table.candidate(staging).columns == table.schema().names
    table.publish(staging, state("r1"))
    assert table.schema().names == ["id", "at", "a name", "region", "year"] == table.read().columns
    assert [name for name, _ in bench.observe("raw.person")["raw.person"].columns] == table.schema().names
    found = sorted((row["id"], row["region"]) for row in table.read().collect() if row["region"] is not None)
    assert found == [(0, ""), (2, "a/b=c"), (3, "a/b=c")]
    elsewhere = seen_elsewhere(bench)
    assert {row["_strata_days_at"] for row in elsewhere} == {f"2024-01-0{day}" for day in range(1, 5)}
    assert {row["_strata_truncate2_a name"] for row in elsewhere} == {"ab"}
    assert {row["_strata_bucket4_id"] for row in elsewhere} <= {"0", "1", "2", "3"}
    plan = table.read().where("at >= timestamp'2024-01-04 00:00:00'")
    assert len(plan.inputFiles()) == 1  # the others are skipped by their bounds
    assert ids(plan) == [3]


def test_a_merge_moves_rows_to_their_partitions(bench: Bench) -> None:
    table = created(bench, KEYED, keys=("id",), partition_by=("truncate(1, name)",))
    apply(table, "r1", [event(1, "ab", 1, "r1"), event(2, "cd", 1, "r1")])
    apply(table, "r2", [event(1, "xy", 2, "r2"), event(3, "", 2, "r2"), event(4, '"', 2, "r2")])
    found = {row["name"]: row["_strata_truncate1_name"] for row in seen_elsewhere(bench)}
    assert (found["xy"], found["cd"]) == ("x", "c")
    assert {row["id"]: row["name"] for row in table.read().collect()} == {1: "xy", 2: "cd", 3: "", 4: '"'}


def test_partitions_of_transforms_are_overwritten(bench: Bench) -> None:
    table = created(bench, "id int, day date, _strata_run_id string", partition_by=("months(day)",))
    columns = "id int, day string, _strata_run_id string"

    def rows(*found: tuple[int, str]) -> DataFrame:
        given = frame(table, [(number, day, "r") for number, day in found], columns)
        return given.withColumn("day", F.to_date("day"))

    staging = table.begin("r1")
    table.append(staging, rows((1, "2024-01-01"), (2, "2024-01-31"), (3, "2024-02-01")))
    table.publish(staging, state("r1"))
    staging = table.begin("r2")
    assert table.overwrite_partitions(staging, rows((4, "2024-01-15"), (5, "2024-03-01"))) == 2
    assert ids(table.candidate(staging)) == [3, 4, 5]
    table.publish(staging, state("r2"))
    assert ids(table.read()) == [3, 4, 5]


def test_widening_keeps_history_and_what_was_appended(bench: Bench) -> None:
    table = created(bench, partition_by=("bucket(4, id)",))
    first = append(table, "r1", 1)
    append(table, "r2", 2)
    table.widen_columns([StructField("id", LongType())])
    table.widen_columns([StructField("id", LongType())])
    assert table.schema()["id"].dataType == LongType()
    staging = table.begin("r3")
    table.append(staging, frame(table, people("r3", 3), "id bigint, name string, _strata_run_id string"))
    last = table.publish(staging, state("r3")).snapshot
    operations = [commit.operation for commit in table.commits(first) or []]
    assert operations == ["append", "replace", "append"]
    assert ids(table.read_appended(first, last)) == [2, 3]
    assert ids(table.read(first)) == [1]
    assert sorted(row["id"] for row in seen_elsewhere(bench, "id")) == [1, 2, 3]


def test_another_engine_reads_the_same_rows(bench: Bench) -> None:
    """Odd names are stored under others (column mapping), which delta-rs has to follow."""
    columns = "id int, `a b` string, `c.d` decimal(5,2), _strata_run_id string"
    table = created(bench, columns)
    staging = table.begin("r1")
    rows = table.at.spark.sql("SELECT 1 id, 'x' `a b`, 1.50BD `c.d`, 'r1' _strata_run_id")
    table.append(staging, rows)
    table.publish(staging, state("r1"))
    found = [{"id": 1, "a b": "x", "c.d": "1.50", "_strata_run_id": "r1"}]
    assert [{**row, "c.d": str(row["c.d"])} for row in seen_elsewhere(bench)] == found
    wanted = Wanted(where="id = 1")
    shown = scanners().get("delta")(bench.environment, "raw.person", wanted)
    assert shown is not None
    assert [row["a b"] for row in shown.rows] == ["x"]
    none = scanners().get("delta")(bench.environment, "raw.person", Wanted(where="id > 1"))
    assert none is not None
    assert list(none.rows) == []


def test_a_name_that_files_cannot_hold_may_come_later(bench: Bench, person: DeltaTable) -> None:
    append(person, "r1", 1)
    person.add_columns([StructField("a city", LongType())])
    append(person, "r2", 2)
    assert [(row["id"], row["a city"]) for row in person.read().orderBy("id").collect()] == [
        (1, None),
        (2, None),
    ]
    assert person.schema().names[-1] == "a city"


def test_a_batch_is_evaluated_once(person: DeltaTable) -> None:
    calls = person.at.spark.sparkContext.accumulator(0)

    def count(value: int) -> int:
        calls.add(1)
        return value

    batch = frame(person, people("r1", *range(5))).withColumn("id", F.udf(count, "int")("id"))
    staging = person.begin("r1")
    assert person.append(staging, batch) == 5
    assert ids(person.candidate(staging)) == list(range(5))
    person.publish(staging, state("r1"))
    assert calls.value == 5


def test_a_failed_write_names_the_cause(person: DeltaTable) -> None:
    staging = person.begin("r1")
    rows = frame(person, people("r1", 1)).withColumn("name", F.raise_error(F.lit("file x.csv is torn")))
    with pytest.raises(SinkError, match=r"append to raw\.person failed.*file x\.csv is torn") as caught:
        person.append(staging, rows)
    assert "at org.apache" not in caught.value.message


def test_every_commit_of_a_run_says_so_in_the_log(bench: Bench, person: DeltaTable) -> None:
    """Oracle: the log's own files."""
    append(person, "r1", 1)
    text = (folder(bench) / "_delta_log" / f"{1:020d}.json").read_text()
    actions = [json.loads(line) for line in text.splitlines()]
    info = next(action["commitInfo"] for action in actions if "commitInfo" in action)
    assert json.loads(info["userMetadata"])["strata"]["run_id"] == "r1"
    assert {"appId": "strata", "version": 1} in [action.get("txn") for action in actions]


def test_looking_makes_nothing(bench: Bench) -> None:
    assert not bench.observe("raw.person")["raw.person"].exists
    assert not Path(bench.environment.warehouse).exists()
