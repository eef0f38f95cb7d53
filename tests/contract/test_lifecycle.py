"""What every sink does: create, stage, publish in one step, give up, clean up after the dead."""

from __future__ import annotations

import re
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor

import pytest
from pyspark.sql import functions as F
from pyspark.sql.types import IntegerType, StringType, StructField, StructType

from etl_core.errors import EtlError, PublishError, SinkError
from etl_core.sinks.protocol import SinkTable
from tests.contract.kit import PLAIN, Bench, append, frame, ids, people, schema, state

Make = Callable[..., SinkTable]


def test_a_new_table_is_empty_and_has_no_state(bench: Bench) -> None:
    table = bench.open()
    assert not table.exists()
    table.create(schema(table, PLAIN))
    table.create(schema(table, PLAIN))
    assert table.exists()
    assert table.schema().simpleString() == "struct<id:int,name:string,_strata_run_id:string>"
    assert (table.snapshot(), table.state(), table.commits("")) == ("", None, [])
    assert ids(table.read()) == []


def test_append_keeps_what_is_there_and_equal_rows(person: SinkTable) -> None:
    append(person, "r1", 1, 2)
    append(person, "r2", 2, 3)
    assert ids(person.read()) == [1, 2, 2, 3]


def test_overwrite_replaces_the_whole_table(person: SinkTable) -> None:
    append(person, "r1", 1, 2)
    staging = person.begin("r2")
    assert person.overwrite(staging, frame(person, people("r2", 7))) == 1
    person.publish(staging, state("r2"))
    assert ids(person.read()) == [7]


@pytest.mark.parametrize("mode", ["append", "overwrite"])
def test_a_batch_without_rows(person: SinkTable, mode: str) -> None:
    append(person, "r1", 1)
    staging = person.begin("r2")
    assert getattr(person, mode)(staging, frame(person, [])) == 0
    assert ids(person.candidate(staging)) == ([1] if mode == "append" else [])
    person.publish(staging, state("r2"))
    assert ids(person.read()) == ([1] if mode == "append" else [])
    found = person.state()
    assert found is not None
    assert found.run_id == "r2"


def test_the_first_batch_without_rows_still_leaves_its_state(person: SinkTable) -> None:
    append(person, "r1")
    assert ids(person.read()) == []
    assert person.state() == state("r1")


def test_data_and_state_become_visible_together(bench: Bench, person: SinkTable) -> None:
    before = append(person, "r1", 1)
    reader = bench.open()
    staging = person.begin("r2")
    person.append(staging, frame(person, people("r2", 2)))
    assert ids(person.candidate(staging)) == [1, 2]
    assert (reader.snapshot(), ids(reader.read())) == (before, [1])
    assert reader.state() == state("r1")
    after = person.publish(staging, state("r2", cities="77")).snapshot
    assert (reader.snapshot(), ids(reader.read())) == (after, [1, 2])
    assert reader.state() == state("r2", cities="77")
    assert ids(reader.read(before)) == [1]


def test_discarded_batches_are_gone(bench: Bench, person: SinkTable) -> None:
    append(person, "r1", 1)
    staging = person.begin("r2")
    person.append(staging, frame(person, people("r2", 2)))
    person.discard(staging, keep=False)
    person.discard(staging, keep=False)
    assert ids(bench.open().read()) == [1]
    assert bench.open().drop_leftovers() == ()
    append(person, "r2", 3)
    assert ids(person.read()) == [1, 3]


def test_a_failed_batch_is_kept_for_inspection_and_then_dropped(bench: Bench, person: SinkTable) -> None:
    append(person, "r1", 1)
    staging = person.begin("r2")
    person.append(staging, frame(person, people("r2", 2)))
    person.discard(staging, keep=True)
    assert bench.open().drop_leftovers() == ()
    assert bench.kept_rows("raw.person", "r2") == [1, 2]
    impatient = bench.with_retention("0h")
    assert impatient.open().drop_leftovers() == ()
    assert impatient.kept_rows("raw.person", "r2") is None
    assert ids(person.read()) == [1]


def test_leftovers_of_a_dead_run_are_dropped_and_named(bench: Bench, person: SinkTable) -> None:
    append(person, "r1", 1)
    dead = bench.open()
    dead.append(dead.begin("dead"), frame(dead, people("dead", 9)))
    bench.open().begin("died-before-writing")
    dropped = bench.open().drop_leftovers()
    assert "dead" in dropped
    assert bench.open().drop_leftovers() == ()
    assert ids(person.read()) == [1]
    append(person, "r2", 2)
    assert ids(person.read()) == [1, 2]


def test_a_run_may_begin_again(person: SinkTable) -> None:
    append(person, "r1", 1)
    person.append(person.begin("r2"), frame(person, people("r2", 2)))
    append(person, "r2", 3)
    assert ids(person.read()) == [1, 3]


def test_a_run_may_publish_twice(person: SinkTable) -> None:
    append(person, "r1", 1)
    append(person, "r1", 2)
    assert ids(person.read()) == [1, 2]


def test_the_slower_of_two_runs_is_superseded(bench: Bench, person: SinkTable) -> None:
    append(person, "r1", 1)
    slow = bench.open()
    staging = slow.begin("slow")
    slow.append(staging, frame(slow, people("slow", 2)))
    append(person, "fast", 3)
    with pytest.raises(PublishError, match="superseded by run fast"):
        slow.publish(staging, state("slow"))
    assert ids(person.read()) == [1, 3]
    assert person.state() == state("fast")


def test_the_slower_of_two_first_runs_is_superseded(bench: Bench, person: SinkTable) -> None:
    slow = bench.open()
    staging = slow.begin("slow")
    slow.append(staging, frame(slow, people("slow", 2)))
    append(person, "fast", 3)
    with pytest.raises(PublishError, match="superseded by run fast"):
        slow.publish(staging, state("slow"))
    assert ids(person.read()) == [3]


def test_commits_and_what_was_appended_between(person: SinkTable) -> None:
    first = append(person, "r1", 1)
    second = append(person, "r2", 2)
    third = append(person, "r3", 3)
    commits = person.commits(first)
    assert commits is not None
    assert {commit.operation for commit in commits} == {"append"}
    assert list(dict.fromkeys(commit.run_id for commit in commits)) == ["r2", "r3"]
    assert commits[-1].snapshot == third
    assert person.commits(third) == []
    assert person.commits("987654321") is None
    assert ids(person.read_appended(first, second)) == [2]
    assert ids(person.read_appended(first, third)) == [2, 3]
    assert ids(person.read_appended(second, second)) == []
    assert ids(person.read_appended("", second)) == [1, 2]


def test_commits_from_the_beginning(person: SinkTable) -> None:
    append(person, "r1", 1)
    staging = person.begin("r2")
    person.overwrite(staging, frame(person, people("r2", 2)))
    last = person.publish(staging, state("r2")).snapshot
    commits = person.commits("")
    assert commits is not None
    assert "overwrite" in {commit.operation for commit in commits if commit.run_id == "r2"}
    assert {commit.operation for commit in commits if commit.run_id == "r1"} == {"append"}
    assert commits[-1].snapshot == last


def test_added_columns_are_null_in_old_rows(bench: Bench, person: SinkTable) -> None:
    append(person, "r1", 1)
    fields = [StructField("city", StringType()), StructField("ID", IntegerType())]
    person.add_columns(fields)
    person.add_columns(fields)
    wider = f"city string, {PLAIN}"
    staging = person.begin("r2")
    person.append(staging, frame(person, [("Tampa", 2, "p2", "r2")], wider))
    person.publish(staging, state("r2"))
    append(person, "r3", 3)  # a batch that does not have the column
    found = {row["id"]: row["city"] for row in bench.open().read().collect()}
    assert found == {1: None, 2: "Tampa", 3: None}


def test_an_unknown_column_is_refused_not_dropped(person: SinkTable) -> None:
    staging = person.begin("r1")
    with pytest.raises(EtlError, match="has no column surprise"):
        person.append(staging, frame(person, [(1, "x")], "id int, surprise string"))


def test_partitioned_by_a_column(bench: Bench, sink_table: Make) -> None:
    table = sink_table("id int, region string, amount int", name="conformed.lead", partition_by=("region",))
    rows = [(1, "a/b=c", 5), (2, None, 6), (3, "East", 7), (4, "0012", 8)]
    staging = table.begin("r1")
    assert table.append(staging, frame(table, rows, "id int, region string, amount int")) == 4
    table.publish(staging, state("r1"))
    again = bench.open("conformed.lead")
    assert sorted(tuple(row) for row in again.read().collect()) == sorted(rows)
    assert ids(again.read().where(F.col("region") == "East")) == [3]


def texts(names: list[str]) -> str:
    """Columns of type string."""
    return ", ".join(f"`{name.replace('`', '``')}` string" for name in names)


ODD = ["a b", "a.b", "it's", "back`tick", 'dou"ble', "semi;colon", "per%cent", "ünïcode", "order"]


def test_any_column_name_is_data(bench: Bench, sink_table: Make) -> None:
    names = [name for name in ODD if bench.holds(name)]
    columns = texts(names)
    table = sink_table(columns, name="_odd.Select_1")
    staging = table.begin("r1")
    table.append(staging, frame(table, [tuple(names)], columns))
    table.publish(staging, state("r1"))
    assert table.read().columns == names
    assert [tuple(row) for row in table.read().collect()] == [tuple(names)]


def test_a_name_that_the_format_cannot_hold_is_refused(bench: Bench, person: SinkTable) -> None:
    for name in [name for name in ODD if not bench.holds(name)]:
        with pytest.raises(SinkError, match=re.escape(repr(name))):
            bench.open("raw.odd").create(schema(person, texts([name])))
        with pytest.raises(SinkError, match=re.escape(repr(name))):
            person.add_columns([StructField(name, StringType())])
    assert person.schema().names == ["id", "name", "_strata_run_id"]


@pytest.mark.parametrize("name", ["select.table", "_strata.raw__t_quarantine", "raw.branch_x", "raw.files"])
def test_any_identifier_is_a_table_name(sink_table: Make, name: str) -> None:
    table = sink_table(name=name)
    append(table, "r1", 1)
    assert ids(table.read()) == [1]


def test_threads_create_tables_of_one_new_layer_at_once(bench: Bench) -> None:
    def make(number: int) -> list[int]:
        table = bench.open(f"fresh.t{number}")
        table.create(schema(table, PLAIN))
        append(table, f"r{number}", number)
        return ids(table.read())

    with ThreadPoolExecutor(4) as pool:
        assert list(pool.map(make, range(4))) == [[0], [1], [2], [3]]


def test_threads_create_the_same_table_at_once(bench: Bench) -> None:
    def make(_: int) -> bool:
        table = bench.open("fresh.same")
        table.create(schema(table, PLAIN))
        return table.exists()

    with ThreadPoolExecutor(4) as pool:
        assert list(pool.map(make, range(4))) == [True] * 4


def test_rows_added_in_one_step(bench: Bench, sink_table: Make) -> None:
    side = sink_table(name="_strata.raw__person_quarantine")
    assert side.add(frame(side, people("r1", 1, 2)), state("r1")) == 2
    assert side.add(frame(side, []), state("r2")) == 0
    other = bench.open("_strata.raw__person_quarantine")
    assert other.add(frame(other, people("r3", 3)), state("r3")) == 1
    assert ids(side.read()) == [1, 2, 3]


def test_a_column_that_began_without_nulls_takes_them_later(bench: Bench) -> None:
    table = bench.open("_strata.raw__strict_quarantine")
    fields = schema(table, PLAIN).fields
    table.create(StructType([StructField(field.name, field.dataType, nullable=False) for field in fields]))
    table.add(frame(table, [(1, None, "r1")]), state("r1"))
    assert [(row["id"], row["name"]) for row in table.read().collect()] == [(1, None)]


def test_rows_of_one_run_can_be_removed(bench: Bench, sink_table: Make) -> None:
    side = sink_table(name="_strata.raw__person_quarantine")
    for run_id, number in (("r1", 1), ("dead", 2), ("r3", 3)):
        append(side, run_id, number)
    bench.open("_strata.raw__person_quarantine").delete_run("dead")
    side.delete_run("never-was")
    assert ids(side.read()) == [1, 3]
    append(side, "r4", 4)
    assert ids(side.read()) == [1, 3, 4]


TYPES = {
    "id": "int",
    "b": "bigint",
    "d": "date",
    "t": "timestamp",
    "n": "timestamp_ntz",
    "x": "binary",
    "f": "boolean",
    "r": "float",
    "m": "decimal(12,2)",
    "s": "struct<a:int,l:array<string>>",
    "k": "map<string,double>",
    "odd name": "string",
}


def test_observed_without_a_jvm_as_the_sink_sees_it(bench: Bench, sink_table: Make) -> None:
    assert not bench.observe("raw.person")["raw.person"].exists
    refused = dict(bench.can.refused_types)
    columns = ", ".join(
        f"`{name}` {kind}" for name, kind in TYPES.items() if bench.holds(name) and kind not in refused
    )
    table = sink_table(columns)
    sink_table(name="raw.empty")
    staging = table.begin("r1")
    table.append(staging, table.at.spark.range(3).selectExpr("cast(id as int) id"))  # type: ignore[attr-defined]
    snapshot = table.publish(staging, state("r1", cities="5")).snapshot
    found = bench.observe("raw.person", "raw.empty", "raw.none")
    seen = found["raw.person"]
    assert (seen.exists, seen.snapshot, seen.rows) == (True, snapshot, 3)
    assert seen.bytes is not None
    assert seen.bytes > 0
    assert seen.state == state("r1", cities="5") == table.state()
    assert list(seen.columns) == [(f.name, f.dataType.simpleString()) for f in table.schema().fields]
    empty = found["raw.empty"]
    assert (empty.exists, empty.snapshot, empty.state, empty.rows) == (True, "", None, 0)
    assert not found["raw.none"].exists


@pytest.mark.parametrize("keep", [True, False])
def test_a_batch_that_was_published_after_all_is_not_taken_back(
    bench: Bench, person: SinkTable, keep: bool
) -> None:
    staging = person.begin("r1")
    person.append(staging, frame(person, people("r1", 1, 2)))
    person.publish(staging, state("r1"))
    person.discard(staging, keep=keep)
    other = bench.open()
    other.drop_leftovers()
    assert ids(other.read()) == [1, 2]
    assert other.state() == state("r1")
