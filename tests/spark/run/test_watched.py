"""The traps of Spark's Observation, one by one: what comes back, and that nobody waits for ever."""

from __future__ import annotations

import time
from pathlib import Path

import pytest
from py4j.protocol import Py4JJavaError
from pyspark.errors import AnalysisException, PySparkException
from pyspark.sql import DataFrame, SparkSession

from etl_core.run.rules.counting import Counter, Seen, Watched, checkpointed

COUNTS = {"read": "COUNT(1)", "odd": "COUNT_IF(id % 2 = 1)"}


def written(df: DataFrame) -> None:
    df.write.format("noop").mode("overwrite").save()


def test_what_flowed_through_is_known(table_session: SparkSession) -> None:
    watched = Watched(table_session.range(5), COUNTS)
    written(watched.frame)
    assert watched.found(10) == {"read": 5, "odd": 2}


def test_what_never_ran_is_not_known_and_nobody_waits_for_ever(table_session: SparkSession) -> None:
    """The optimizer prunes the observed node of an empty source; a write that never came is the same."""
    pruned = Watched(table_session.createDataFrame([], "id bigint").where("id > 1"), COUNTS)
    written(pruned.frame.where("FALSE"))
    began = time.monotonic()
    assert pruned.found(0.5) in (None, {"read": 0, "odd": 0})
    assert Watched(table_session.range(5), COUNTS).found(0.5) is None
    assert time.monotonic() - began < 5


def test_after_a_failed_action_there_is_no_good_answer(table_session: SparkSession) -> None:
    rows = table_session.range(5).selectExpr("id", "IF(id > 3, raise_error('broken'), id) AS v")
    watched = Watched(rows, {**COUNTS, "v": "MAX(v)"})
    with pytest.raises((PySparkException, Py4JJavaError), match="broken"):
        written(watched.frame)
    found = watched.found(1)
    assert found is None or found["read"] != 5


def test_a_merge_of_delta_that_finds_no_key_says_nothing(table_session: SparkSession, tmp_path: Path) -> None:
    """Others do say what they saw; as this is not certain, winners are judged before they are merged."""
    table_session.range(3).write.format("delta").save(f"{tmp_path}/t")
    watched = Watched(table_session.range(5, 8), COUNTS)
    watched.frame.createOrReplaceTempView("gone")
    table_session.sql(
        f"MERGE INTO delta.`{tmp_path}/t` t USING gone s ON t.id = s.id WHEN MATCHED THEN DELETE"
    )
    assert watched.found(2) is None


def test_only_the_first_of_two_evaluations_counts(table_session: SparkSession) -> None:
    watched = Watched(table_session.range(5), COUNTS)
    written(watched.frame)
    written(watched.frame.where("id > 2"))
    assert watched.found(10) == {"read": 5, "odd": 2}


def test_what_cannot_be_observed_raises(table_session: SparkSession) -> None:
    with pytest.raises(AnalysisException):
        Watched(table_session.range(5), {"r": "COUNT_IF(rand() > 2)"})


def test_a_count_that_the_commit_contradicts_is_made_again(table_session: SparkSession) -> None:
    rows = table_session.range(6).selectExpr("id", "id > 3 AS _strata_flawed")
    told = Counter(rows)
    written(told.observed)
    assert told.result(written=4) == Seen(6, 2)
    halved = Counter(rows)
    written(halved.observed.limit(2))
    assert halved.result(written=4) == Seen(6, 2)


def test_a_checkpoint_that_says_nothing_is_counted(table_session: SparkSession) -> None:
    held, found = checkpointed(table_session.createDataFrame([], "id bigint"), COUNTS)
    assert (held.count(), found) == (0, {"read": 0, "odd": 0})
