"""How removals are remembered and forgotten, what changes a key, and when rules are asked."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
from pyspark.sql import SparkSession

from etl_core.changes.operations import with_delete, with_event_errors
from etl_core.config.models.target import Target
from etl_core.errors import QualityError, TransformError
from etl_core.names import ERRORS, IS_DELETED, KIND
from tests.spark.changes.keyed_bench import DAY_0, DDL, Bench, Seen, quality

BATCH_RULE = 'Rules = [ ColumnValues "v" >= 0, RowCount > 0 ]'


def line(
    k: int | None, ts: int | None, op: str | None = "U", v: int | None = 1, **more: Any
) -> tuple[Any, ...]:
    return (k, ts, op, more.get("old_k"), v, more.get("w"), "f.csv", ts or 0, more.get("errors"))


def run(bench: Bench, *lines: tuple[Any, ...], at: float = 0, dies: bool = False) -> Seen:
    return bench.run(bench.spark.createDataFrame(list(lines), DDL), at, dies=dies)


def rows(bench: Bench) -> dict[Any, Any]:
    return {row["k"]: row["v"] for row in bench.target.rows}


def kinds(bench: Bench) -> list[Any]:
    return sorted((row.asDict().get(KIND) or "delete", row["k"] or 0) for row in bench.tombstones.rows)


def test_tombstones_go_in_one_commit_and_only_when_it_pays(spark: SparkSession) -> None:
    bench = Bench(spark, tombstone_retention="10d")
    run(bench, line(1, 1), line(1, 2, "D"), at=0)
    assert KIND not in bench.tombstones.schema().names
    run(bench, line(2, 3), line(2, 4, "D"), at=10.9)
    assert (kinds(bench), bench.tombstones.commits) == ([("delete", 1), ("delete", 2)], 0)
    assert bench.state is not None
    assert bench.state.oldest_tombstone == DAY_0
    run(bench, line(3, 5), at=11.1)
    assert (kinds(bench), bench.tombstones.commits) == ([("delete", 2), ("expired", 0)], 1)
    assert bench.state.oldest_tombstone == DAY_0 + timedelta(days=10.9)
    seen = run(bench, line(1, 1), line(4, 3), line(2, 3), at=11.2)
    assert (seen.counts.quarantined, seen.counts.superseded, rows(bench)) == (1, 1, {3: 1, 4: 1})
    assert seen.rejected[0][ERRORS][0]["reason"] == "too_late"
    assert bench.tombstones.commits == 1


def test_a_run_that_dies_before_it_tidies_up_harms_nothing(spark: SparkSession) -> None:
    bench = Bench(spark, tombstone_retention="10d")
    run(bench, line(1, 1), line(1, 2, "D"), at=0)
    run(bench, line(3, 5), at=20, dies=True)
    assert kinds(bench) == [("delete", 1)]
    seen = run(bench, line(1, 1), at=21)
    assert (seen.counts.superseded, rows(bench)) == (1, {3: 1})
    run(bench, line(3, 6), at=32)
    assert kinds(bench) == [("expired", 0)]


def test_a_lost_note_of_the_oldest_is_found_again(spark: SparkSession) -> None:
    bench = Bench(spark, tombstone_retention="10d")
    run(bench, line(1, 1), line(1, 2, "D"), at=3)
    bench.state = None
    run(bench, line(3, 5), at=4)
    state: Any = bench.state
    assert state.oldest_tombstone == DAY_0 + timedelta(days=3)


def test_a_truncate_needs_no_key_and_a_bad_row_cannot_stop_it(spark: SparkSession) -> None:
    bench = Bench(spark, truncate_when="Op = 'T'")
    run(bench, line(1, 1), line(2, 9))
    wrong = [("k", "x", "is no int"), ("v", "y", "is no int")]
    seen = run(bench, line(None, 5, "T", None, errors=wrong), line(None, None, "T"), line(3, 4), line(3, 3))
    assert rows(bench) == {2: 1}
    assert seen.counts.model_dump() == {
        "read": 4, "written": 1, "quarantined": 1, "dropped": 0, "superseded": 2
    }  # fmt: skip
    assert kinds(bench) == [("truncate", 0)]
    run(bench, line(4, 4), line(5, 6))
    assert rows(bench) == {2: 1, 5: 1}


def test_a_soft_truncate_counts_once(spark: SparkSession) -> None:
    bench = Bench(spark, truncate_when="Op = 'T'", deletes="soft")
    run(bench, *(line(key, key, v=key) for key in range(5)))
    seen = run(bench, line(None, 7, "T"), line(1, 8, v=10))
    assert (seen.counts.written, seen.applied) == (2, 5)
    assert {row["k"]: (row["v"], row[IS_DELETED]) for row in bench.target.rows} == {
        0: (0, True), 1: (10, False), 2: (2, True), 3: (3, True), 4: (4, True)
    }  # fmt: skip


def test_a_changed_key_is_deleted_even_if_its_new_row_is_bad(spark: SparkSession) -> None:
    bench = Bench(spark, before_keys=["old_k"])
    run(bench, line(1, 1), line(2, 1), line(3, 1), line(4, 1))
    broken = [("v", "x", "is no int")]
    seen = run(
        bench,
        line(11, 2, old_k="1"),
        line(12, 2, old_k="2", errors=broken),
        line(13, 2, old_k="none", v=5),
        line(4, 2, old_k="4", v=7),
        line(None, 3, old_k="4"),
        line(3, 4, "D", None, old_k="not asked"),
    )
    assert rows(bench) == {11: 1, 4: 7}
    assert (seen.counts.read, seen.counts.written, seen.counts.quarantined) == (8, 5, 3)
    reasons = sorted(row[ERRORS][0]["reason"] for row in seen.rejected)
    assert reasons == ["NULL key", "is no int", "not of the key's type, int"]
    assert "2 changed key(s): each was read as a delete and an insert" in seen.notes


def test_before_keys_that_do_not_arrive_are_refused(spark: SparkSession) -> None:
    target = Target(mode="cdc", keys=("id",), before_keys=("old",))
    with pytest.raises(TransformError, match="before_keys names old"):
        with_event_errors(spark.range(1), target)


def test_a_truncate_condition_that_does_not_fit_is_named(spark: SparkSession) -> None:
    with pytest.raises(TransformError, match=r"truncates does not fit.*gone"):
        with_delete(spark.range(1), Target(mode="cdc", truncate_when="gone"))


def test_several_sequence_columns_and_what_is_null_among_them(spark: SparkSession) -> None:
    bench = Bench(spark, sequence_by=["ts", "w"])
    seen = run(
        bench,
        line(1, 1, v=1, w="b"),
        line(1, 1, v=2, w="a"),
        line(2, 1, v=3, w=None),
        line(2, 1, v=4, w="a"),
        line(None, None, v=5, w=None),
    )
    assert rows(bench) == {1: 1, 2: 4}
    assert (seen.counts.quarantined, seen.counts.superseded) == (2, 1)
    found = sorted(tuple(error["column"] for error in row[ERRORS]) for row in seen.rejected)
    assert found == [("k", "ts", "w"), ("w",)]


def test_each_rule_is_asked_once_events_first(spark: SparkSession) -> None:
    bench = Bench(spark, quality() | {"rules": BATCH_RULE})
    seen = run(bench, line(1, 1, v=-1), line(1, 2, v=2), line(2, 1, v=3), line(2, 2, v=-3), line(3, 1, "D"))
    assert bench.rules.asked == (("ColumnValues",), ("RowCount",))
    assert [verdict.outcome for verdict in seen.verdicts] == ["failed", "passed"]
    assert rows(bench) == {1: 2}
    assert (seen.counts.written, seen.counts.quarantined) == (2, 3)


def test_a_batch_without_upserts_has_nothing_to_judge(spark: SparkSession) -> None:
    bench = Bench(spark, quality())
    seen = run(bench, line(1, 1, "D", -5))
    assert ([verdict.outcome for verdict in seen.verdicts], seen.counts.written) == (["passed"], 1)


def test_rows_that_are_kept_block(spark: SparkSession) -> None:
    bench = Bench(spark, quality(rows="keep"))
    with pytest.raises(QualityError, match="blocked by 1 rule"):
        run(bench, line(1, 1, v=-1), line(1, 2, v=1))
