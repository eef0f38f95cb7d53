"""Affected keys against a search in plain Python, over random tables and their changes."""

from __future__ import annotations

import random
from typing import Any

import pytest
from pyspark.sql import DataFrame, SparkSession

from etl_core.changes.affected import Upstream, affected_keys, changed_rows, only, strays, vanished

Row = tuple[Any, ...]
SCHEMAS = {"facts": "id int, part int, dim int", "dims": "dim int, top int", "tops": "top int, v int"}
ON = {"dims": {"dim": "dim"}, "tops": {"top": "top"}}
WAYS = {"facts": [("facts",)], "dims": [("dims", "facts")], "tops": [("tops", "dims", "facts")]}


def frame(spark: SparkSession, rows: list[Row], columns: str) -> DataFrame:
    return spark.createDataFrame(rows, f"{columns}, _strata_run_id string")


def table(rng: random.Random, name: str, run: str) -> list[Row]:
    """A few rows; NULLs, equal rows and keys with several rows among them."""
    values = [None, 1, 2, 3, 4]
    width = len(SCHEMAS[name].split(","))
    return [(*rng.choices(values, k=width), run) for _ in range(rng.randint(0, 6))]


def changed(rng: random.Random, name: str, before: list[Row]) -> list[Row]:
    kept = [row for row in before if rng.random() < 0.8]
    written = table(rng, name, "r2") if rng.random() < 0.5 else []
    return kept + written


def difference(before: list[Row], after: list[Row]) -> list[Row]:
    left = list(before)
    found = []
    for row in after:
        if row in left:
            left.remove(row)
        else:
            found.append(row)
    return found + left


def expected(before: dict[str, list[Row]], after: dict[str, list[Row]]) -> set[Row]:
    tops = {row[0] for row in difference(before["tops"], after["tops"])}
    dims = {row[0] for row in difference(before["dims"], after["dims"])}
    dims |= {row[0] for row in after["dims"] if row[1] in tops}
    facts = {row[:2] for row in difference(before["facts"], after["facts"])}
    return facts | {row[:2] for row in after["facts"] if row[2] in dims}


def test_random_changes_against_python(spark: SparkSession) -> None:
    rng = random.Random(7)
    for _ in range(12):
        before = {name: table(rng, name, "r1") for name in SCHEMAS}
        after = {name: changed(rng, name, rows) for name, rows in before.items()}
        upstreams = {
            name: Upstream(
                frame(spark, after[name], columns), frame(spark, before[name], columns), ON.get(name, {})
            )
            for name, columns in SCHEMAS.items()
        }
        found = affected_keys(upstreams, WAYS, ("id", "part"))
        assert found is not None
        assert {tuple(row) for row in found.collect()} == expected(before, after)


def test_what_did_not_change_is_not_read(spark: SparkSession) -> None:
    upstreams = {"facts": Upstream(frame(spark, [(1, 1, 1, "r1")], SCHEMAS["facts"]))}
    assert affected_keys(upstreams, WAYS, ("id",)) is None


def test_a_row_written_again_counts_and_equal_rows_are_counted(spark: SparkSession) -> None:
    before = frame(spark, [(1, 0, "r1"), (2, 0, "r1"), (2, 0, "r1")], SCHEMAS["tops"])
    after = frame(spark, [(1, 0, "r2"), (2, 0, "r1")], SCHEMAS["tops"])
    assert {row[0] for row in changed_rows(before, after, ["top"]).collect()} == {1, 2}


@pytest.mark.parametrize("kind", ["int", "bigint", "string"])
def test_restricting_and_what_is_left(spark: SparkSession, kind: str) -> None:
    held = "string" if kind == "string" else "int"
    values = [("1", "a"), ("2", "b"), (None, "c")]
    rows = spark.createDataFrame(values, "k string, v string").selectExpr(f"CAST(k AS {held}) AS k", "v")
    affected = spark.createDataFrame([(2,), (3,), (None,)], "k int").selectExpr(f"CAST(k AS {kind}) AS K")
    assert {row["v"] for row in only(rows, affected, ["k"]).collect()} == {"b", "c"}
    assert [str(row["k"]) for row in strays(rows, affected, ["k"]).collect()] == ["1"]
    gone = vanished(affected, rows, ["k"])
    assert [str(row["k"]) for row in gone.collect()] == ["3"]
    assert gone.schema["k"].dataType == rows.schema["k"].dataType
