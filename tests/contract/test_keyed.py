"""Applying winners: ordered, idempotent, exact counts. Only formats that can change single rows."""

from __future__ import annotations

import random
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from pyspark.sql import SparkSession

from etl_core.sinks.protocol import SinkTable
from tests.contract.conftest import KEYED_FORMATS
from tests.contract.kit import EVENTS, KEYED, VARIANTS, Bench, apply, event, frame, make_bench, state

Make = Callable[..., SinkTable]


def held(table: SinkTable) -> dict[int, str]:
    return {row["id"]: row["name"] for row in table.read().collect()}


# Copies of files, or marks beside them. The streams of `make test` have Delta's marks, too.
OTHERS = [pytest.param(kind, marks=[] if kind == "hudi-mor" else pytest.mark.proof) for kind in VARIANTS]


@pytest.fixture(params=[*KEYED_FORMATS, *OTHERS])
def bench(request: pytest.FixtureRequest, spark: SparkSession, tmp_path: Path) -> Bench:
    if request.param == "delta-marks":
        request.getfixturevalue("large_delta")
    return make_bench(spark, tmp_path, request.param)


@pytest.fixture
def keyed(bench: Bench, sink_table: Make) -> SinkTable:
    return sink_table(KEYED, keys=("id",))


def test_insert_update_delete_and_their_count(keyed: SinkTable) -> None:
    assert apply(keyed, "r1", [event(n, f"n{n}", 1, "r1") for n in range(1, 5)]) == 4
    batch = [
        event(1, "new", 2, "r2"),
        event(2, None, 2, "r2", delete=True),
        event(9, None, 2, "r2", delete=True),
        event(10, "ten", 2, "r2"),
    ]
    assert apply(keyed, "r2", batch) == 2
    assert held(keyed) == {1: "new", 3: "n3", 4: "n4", 10: "ten"}


def test_what_is_not_newer_changes_nothing(keyed: SinkTable) -> None:
    batch = [event(1, "a", 5, "r1"), event(2, "b", 5, "r1")]
    apply(keyed, "r1", batch)
    assert apply(keyed, "r2", [event(1, "again", 5, "r2"), event(2, None, 4, "r2", delete=True)]) == 0
    assert apply(keyed, "r3", batch) == 0
    assert held(keyed) == {1: "a", 2: "b"}


def test_winners_that_were_compared_already_change_rows_whatever_their_order(keyed: SinkTable) -> None:
    apply(keyed, "r1", [event(n, "old", 5, "r1") for n in (1, 2, 3)])
    staging = keyed.begin("r2")
    batch = [
        event(1, "older", 4, "r2"),
        event(2, None, None, "r2", delete=True),
        event(8, None, 1, "r2", delete=True),
        event(9, "new", None, "r2"),
    ]
    keyed.apply(staging, frame(keyed, batch, EVENTS), when="always")
    candidate = {row["id"]: row["name"] for row in keyed.candidate(staging).collect()}
    assert candidate == {1: "older", 3: "old", 9: "new"}
    assert keyed.publish(staging, state("r2")).rows == 2
    assert held(keyed) == candidate


def test_the_candidate_is_what_the_publish_leaves(keyed: SinkTable) -> None:
    apply(keyed, "r1", [event(n, "old", n, "r1") for n in range(1, 5)])
    staging = keyed.begin("r2")
    batch = [
        event(1, "newer", 9, "r2"),
        event(2, "late", 1, "r2"),
        event(3, None, 9, "r2", delete=True),
        event(4, None, 1, "r2", delete=True),
        event(5, "in", 1, "r2"),
        event(6, None, 1, "r2", delete=True),
    ]
    keyed.apply(staging, frame(keyed, batch, EVENTS))
    expected = {1: "newer", 2: "old", 4: "old", 5: "in"}
    assert {row["id"]: row["name"] for row in keyed.candidate(staging).collect()} == expected
    assert keyed.publish(staging, state("r2")).rows == 2
    assert held(keyed) == expected


def test_a_null_in_the_sequence_is_older_than_a_value(keyed: SinkTable) -> None:
    apply(keyed, "r1", [event(1, "null", None, "r1"), event(2, "value", 0, "r1")])
    batch = [event(1, "value", -3, "r2"), event(2, "null", None, "r2")]
    assert apply(keyed, "r2", batch) == 1
    assert held(keyed) == {1: "value", 2: "value"}


def test_a_row_without_a_sequence_gives_way(keyed: SinkTable) -> None:
    staging = keyed.begin("r1")
    keyed.append(staging, frame(keyed, [(1, "adopted", None, "r0")], KEYED))
    keyed.publish(staging, state("r1"))
    assert apply(keyed, "r2", [event(1, "ours", None, "r2")]) == 1
    assert held(keyed) == {1: "ours"}


def test_columns_absent_from_the_batch_become_null(sink_table: Make) -> None:
    table = sink_table(f"{KEYED}, city string", keys=("id",))
    wide = f"{KEYED}, city string, _strata_delete boolean"
    rows: list[Any] = [
        (1, "a", (1, "f", 1), "r1", "Tampa", False),
        (2, "b", (1, "f", 2), "r1", "Rome", False),
    ]
    apply(table, "r1", rows, wide)
    apply(table, "r2", [event(1, "a2", 2, "r2"), event(3, "c", 2, "r2")])
    assert {row["id"]: row["city"] for row in table.read().collect()} == {1: None, 2: "Rome", 3: None}


def test_several_keys_with_odd_names(bench: Bench, sink_table: Make) -> None:
    wanted = ["the key", "k`2", "a.b"]
    names = wanted if all(map(bench.holds, wanted)) else ["thé_key", "K2", "_"]
    quoted = [f"`{name.replace('`', '``')}`" for name in names]
    columns = "{} string, {} int, {} string, _strata_seq struct<row:bigint>, _strata_run_id string".format(
        *quoted
    )
    table = sink_table(columns, keys=tuple(names[:2]))
    events = f"{columns}, _strata_delete boolean"
    first: list[Any] = [("x", 1, "one", (1,), "r1", False), ("x", 2, "two", (2,), "r1", False)]
    assert apply(table, "r1", first, events) == 2
    assert apply(table, "r2", [("x", 2, "deux", (3,), "r2", False)], events) == 1  # type: ignore[list-item]
    assert sorted(row[names[2]] for row in table.read().collect()) == ["deux", "one"]


def test_keys_whose_texts_run_together_stay_apart(sink_table: Make) -> None:
    columns = "a string, b string, _strata_seq struct<row:bigint>, _strata_run_id string"
    table = sink_table(columns, keys=("a", "b"))
    keys = [("", ""), ("", "__empty__"), ("x,b:y", "z"), ("x", "y,b:z"), ('"', '","'), ("__null__", "\\")]
    events: list[Any] = [(a, b, (1,), "r1", False) for a, b in keys]
    assert apply(table, "r1", events, f"{columns}, _strata_delete boolean") == len(keys)
    assert sorted((row["a"], row["b"]) for row in table.read().collect()) == sorted(keys)
    gone: list[Any] = [(a, b, (2,), "r2", True) for a, b in keys[1:]]
    assert apply(table, "r2", gone, f"{columns}, _strata_delete boolean") == 0
    assert [(row["a"], row["b"]) for row in table.read().collect()] == [("", "")]


def test_partitioned_tables_change_rows_where_they_are(sink_table: Make) -> None:
    table = sink_table(KEYED, keys=("id",), partition_by=("bucket(4, id)", "truncate(1, name)"))
    assert apply(table, "r1", [event(n, f"{n % 3}x", 1, "r1") for n in range(12)]) == 12
    assert apply(table, "r2", [event(n, f"{n % 2}y", 2, "r2", delete=n == 3) for n in range(5)]) == 4
    expected = {n: f"{n % 3}x" for n in range(5, 12)} | {n: f"{n % 2}y" for n in range(5) if n != 3}
    assert held(table) == expected


def test_random_batches_against_a_plain_dictionary(keyed: SinkTable) -> None:
    """Oracle: a dictionary of key -> (sequence, name), fed one event at a time."""
    choose = random.Random(7)
    table: dict[int, tuple[int, str]] = {}
    for number in range(4):
        run_id = f"r{number}"
        keys = choose.sample(range(40), 25)
        events = [
            event(key, f"{key}-{number}", choose.randrange(10), run_id, delete=choose.random() < 0.3)
            for key in keys
        ]
        written = 0
        for key, name, (at, _, _), _, delete in events:
            if key in table and (at or 0) <= table[key][0]:
                continue
            if delete:
                table.pop(key, None)
            else:
                table[key] = (at or 0, str(name))
                written += 1
        assert apply(keyed, run_id, events) == written
        assert held(keyed) == {key: name for key, (_, name) in table.items()}


def test_the_batch_is_invisible_until_published(bench: Bench, keyed: SinkTable) -> None:
    apply(keyed, "r1", [event(1, "a", 1, "r1")])
    staging = keyed.begin("r2")
    keyed.apply(staging, frame(keyed, [event(1, "b", 2, "r2")], EVENTS))
    assert [row["name"] for row in keyed.candidate(staging).collect()] == ["b"]
    assert held(bench.open()) == {1: "a"}
    commits = keyed.commits(keyed.snapshot())
    keyed.publish(staging, state("r2"))
    assert commits == []
    assert held(bench.open()) == {1: "b"}
