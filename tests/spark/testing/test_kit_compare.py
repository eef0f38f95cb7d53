"""The comparison finds what differs and nothing else."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest
from pyspark.sql import DataFrame, SparkSession

from etl_core import Run, table
from etl_core.testing import assert_df_equal, dataframe, run_table

SCHEMA = "id int, name string, score double, tags array<string>"
NAN = float("nan")


def frame(spark: SparkSession, *rows: tuple[object, ...], schema: str = SCHEMA) -> DataFrame:
    return dataframe(spark, schema, list(rows))


def test_equal_rows_in_another_order_are_equal(spark: SparkSession) -> None:
    a, b = (1, "a", NAN, ["x", None]), (2, None, None, None)
    assert_df_equal(frame(spark, a, b), frame(spark, b, a))


def test_order_counts_where_it_is_asked_for(spark: SparkSession) -> None:
    a, b = (1, "a", NAN, []), (2, "b", 0.5, [])
    assert_df_equal(frame(spark, a, b), frame(spark, a, b), ignore_order=False)
    with pytest.raises(AssertionError, match="2 rows actual, 2 expected"):
        assert_df_equal(frame(spark, a, b), frame(spark, b, a), ignore_order=False)


def test_how_often_a_row_comes_counts(spark: SparkSession) -> None:
    row = (1, "a", 1.0, ["x"])
    with pytest.raises(AssertionError, match="1 rows only in actual, 0 rows only in expected"):
        assert_df_equal(frame(spark, row, row), frame(spark, row))


def test_the_difference_shows_only_the_rows_that_differ(
    spark: SparkSession, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("NO_COLOR", "1")
    same = (1, "same", 1.0, [])
    with pytest.raises(AssertionError) as caught:
        assert_df_equal(frame(spark, same, (2, "left", 2.0, [])), frame(spark, same, (2, "right", 2.0, [])))
    assert "same" not in str(caught.value)
    assert "'left'" in str(caught.value)
    assert "'right'" in str(caught.value)


def test_the_differing_value_is_coloured(spark: SparkSession, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("NO_COLOR", raising=False)
    monkeypatch.setenv("FORCE_COLOR", "1")
    with pytest.raises(AssertionError) as caught:
        assert_df_equal(frame(spark, (2, "left", 2.0, [])), frame(spark, (2, "right", 2.0, [])))
    assert "\033[31m'left'\033[0m" in str(caught.value)
    assert "\033[31m2.0" not in str(caught.value)


@pytest.mark.parametrize(
    "schema", ["id bigint, name string", "id int, nom string", "id int", "name string, id int"]
)
def test_another_schema_is_a_difference(spark: SparkSession, schema: str) -> None:
    with pytest.raises(AssertionError, match="columns differ"):
        assert_df_equal(dataframe(spark, "id int, name string"), dataframe(spark, schema))


def test_nested_values_are_compared(spark: SparkSession) -> None:
    nested = "m map<string,array<int>>, s struct<a:int,b:decimal(5,2)>"
    held = frame(spark, ({"k": [1, 2]}, (1, None)), schema=nested)
    assert_df_equal(held, frame(spark, ({"k": [1, 2]}, (1, None)), schema=nested))
    with pytest.raises(AssertionError, match="only in actual"):
        assert_df_equal(held, frame(spark, ({"k": [2, 1]}, (1, None)), schema=nested))


def test_system_columns_and_named_ones_are_left_out(spark: SparkSession) -> None:
    left = dataframe(spark, "id int, at string, _strata_run_id string", [(1, "x", "r1")])
    assert_df_equal(left, dataframe(spark, "id int", [(1,)]), ignore_columns=["at"])


def test_a_mapping_may_leave_columns_out_but_not_invent_them(spark: SparkSession) -> None:
    assert dataframe(spark, "a int, b string", [{"b": "x"}]).collect() == [(None, "x")]
    with pytest.raises(ValueError, match="c"):
        dataframe(spark, "a int", [{"c": 1}])


@table("conformed.adult")
def adult(people: DataFrame, run: Run) -> DataFrame:
    """People of age."""
    found = people.where(people["age"] >= run.parameter("adult_age"))
    return found.selectExpr("name", f"{run.logical_time.year} as year")


def test_run_table_hands_over_inputs_parameters_and_time(spark: SparkSession) -> None:
    result = run_table(
        adult,
        {"people": [{"name": "a", "age": 17}, {"age": 18, "name": "b"}, {"age": 20}]},
        parameters={"adult_age": 18},
        logical_time=datetime(2023, 6, 1, tzinfo=UTC),
    )
    assert_df_equal(result, dataframe(spark, "name string, year int", [("b", 2023), (None, 2023)]))


def test_run_table_casts_to_the_contract(spark: SparkSession) -> None:
    people = dataframe(spark, "name string, age int", [("b", 18)])
    result = run_table(
        adult, {"people": people}, parameters={"adult_age": 18}, contract={"year": "bigint", "name": "string"}
    )
    assert_df_equal(result, dataframe(spark, "year bigint, name string", [(2024, "b")]))


def test_run_table_refuses_other_inputs_than_the_jobs(spark: SparkSession) -> None:
    people = dataframe(spark, "name string, age int")
    with pytest.raises(TypeError, match="did you mean 'people'"):
        run_table(adult, {"peopel": people})
    with pytest.raises(TypeError, match="missing: people"):
        run_table(adult, {})
    with pytest.raises(TypeError, match="empty"):
        run_table(adult, {"people": []})
