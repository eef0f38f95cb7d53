"""Which rows fail which rule."""

from __future__ import annotations

from pyspark.sql import DataFrame, SparkSession

from quality.dqdl import parse
from quality.engine import RULES_FAILED, Evaluation
from quality.engines.deequ.engine import DeequEngine


def evaluate(df: DataFrame, rules: str) -> Evaluation:
    return DeequEngine().evaluate(df, parse(f"Rules = [ {rules} ]"), rows=True)


def failures(df: DataFrame, rules: str) -> dict[int, list[str]]:
    """key of each failing row -> the rules it failed."""
    found = evaluate(df, rules).row_failures
    assert found is not None
    return {row["key"]: sorted(row[RULES_FAILED]) for row in found.collect() if row[RULES_FAILED]}


def frame(session: SparkSession) -> DataFrame:
    rows = [
        (1, 1, "Ann", 5.0),
        (2, 2, "Bo", 50.0),
        (3, 2, None, None),
        (4, None, "", 7.0),
        (5, None, "Cy", 8.0),
    ]
    return session.createDataFrame(rows, "key int, id int, name string, amount double")


def test_each_row_names_the_rules_it_failed(table_session: SparkSession) -> None:
    amount, name, unique = 'ColumnValues "amount" < 10', 'ColumnLength "name" > 0', 'IsUnique "id"'
    found = failures(frame(table_session), f"{amount}, {name}, {unique}, RowCount > 100")
    assert found == {2: [amount, unique], 3: [name, amount, unique], 4: [name]}


def test_where_limits_the_rows(table_session: SparkSession) -> None:
    rule = 'ColumnValues "amount" < 6 where "key <> 2"'
    assert failures(frame(table_session), rule) == {3: [rule], 4: [rule], 5: [rule]}


def test_a_null_that_meets_no_condition_fails(table_session: SparkSession) -> None:
    rule = 'ColumnValues "name" in [EMPTY, "Ann", "Bo", "Cy"]'
    assert failures(frame(table_session), rule) == {3: [rule]}


def test_primary_key_of_several_columns(table_session: SparkSession) -> None:
    rule = 'IsPrimaryKey "id" "name"'
    assert failures(frame(table_session), rule) == {3: [rule], 4: [rule], 5: [rule]}


def test_unique_where_compares_only_the_rows_in_scope(table_session: SparkSession) -> None:
    rows = [(1, 7, "x"), (2, 7, "y"), (3, 8, "x"), (4, 8, "x")]
    df = table_session.createDataFrame(rows, "key int, id int, kind string")
    rule = 'IsUnique "id" where "kind = \'x\'"'
    assert failures(df, rule) == {3: [rule], 4: [rule]}


def test_composites_are_combined_row_by_row(table_session: SparkSession) -> None:
    either = '(IsComplete "id") or (IsComplete "name")'
    both = '(ColumnValues "amount" < 10) and (IsComplete "id")'
    found = evaluate(frame(table_session), f"{either}, {both}")
    assert found.verdicts[0].outcome == "failed"  # as a whole: neither column is complete
    assert found.row_failures is not None
    by_key = {row["key"]: row[RULES_FAILED] for row in found.row_failures.collect()}
    assert by_key == {1: [], 2: [both], 3: [both], 4: [both], 5: [both]}


def test_a_composite_with_a_dataset_rule_names_no_rows(table_session: SparkSession) -> None:
    found = evaluate(frame(table_session), '(RowCount > 100) or (IsComplete "id")')
    assert found.verdicts[0].outcome == "failed"
    assert found.row_failures is None


def test_a_threshold_that_is_met_still_names_its_rows(table_session: SparkSession) -> None:
    rule = 'ColumnValues "amount" < 10 with threshold > 0.5'
    df = frame(table_session)
    assert evaluate(df, rule).verdicts[0].outcome == "passed"
    assert failures(df, rule) == {2: [rule], 3: [rule]}


def test_nothing_failed_costs_no_second_pass(table_session: SparkSession) -> None:
    assert evaluate(frame(table_session), 'IsComplete "key", RowCount = 5').row_failures is None


def test_all_columns_survive_unchanged(table_session: SparkSession) -> None:
    df = table_session.sql(
        "select 1 key, cast(1.10 as decimal(10,2)) d, array(struct(1 a, 'x' b)) nested, map('k', 1) m,"
        " struct('f' file, 3L row) _strata_seq, cast(null as string) `Odd Name`"
    )
    found = evaluate(df, 'IsComplete "Odd Name"').row_failures
    assert found is not None
    assert found.drop(RULES_FAILED).schema == df.schema
    assert found.drop(RULES_FAILED).collect() == df.collect()
