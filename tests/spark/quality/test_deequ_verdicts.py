"""Deequ's verdicts on a frame small enough to judge by eye; every expectation is written by hand."""

from __future__ import annotations

from datetime import date

import pytest
from pyspark.sql import DataFrame, SparkSession

from quality.dqdl import parse
from quality.engine import Evaluation
from quality.engines.deequ.engine import DeequEngine

ROWS = [
    # id, name, amount, city, born, code
    (1, "Ann", 10.0, "NY", date(1990, 1, 1), "a1"),
    (2, "Bo", 20.0, "LA", date(2000, 6, 1), "b2"),
    (2, None, None, "NY", None, "c3"),
    (4, "", 5.0, "NY", date(1980, 3, 3), "d"),
]
SCHEMA = "id int, name string, amount double, city string, born date, code string"


@pytest.fixture
def people(table_session: SparkSession) -> DataFrame:
    return table_session.createDataFrame(ROWS, SCHEMA)


def evaluate(df: DataFrame, rules: str, *, rows: bool = False) -> Evaluation:
    return DeequEngine().evaluate(df, parse(f"Rules = [ {rules} ]"), rows=rows)


GOOD = [
    "RowCount = 4",
    "RowCount between 3 and 5",
    "RowCount = 3 where \"city = 'NY'\"",
    "ColumnCount = 6",
    'ColumnExists "id"',
    'ColumnNamesMatchPattern "[a-z]+"',
    'IsComplete "id"',
    'IsComplete "name" where "id <> 2"',
    'Completeness "name" > 0.7',
    'IsUnique "code"',
    'Uniqueness "id" = 0.5',
    'IsPrimaryKey "code"',
    'IsPrimaryKey "id" "code"',
    'DistinctValuesCount "city" = 2',
    'ColumnValues "id" > 0',
    'ColumnValues "id" between 0 and 5',
    'ColumnValues "amount" > 1 where "amount is not null"',
    'ColumnValues "city" in ["NY", "LA"]',
    'ColumnValues "name" in ["Ann", "Bo", NULL, EMPTY]',
    'ColumnValues "name" != "Zoe"',
    'ColumnValues "code" matches "[a-d][1-3]?"',
    'ColumnValues "city" matches "NY|LA"',
    'ColumnValues "born" < "2001-01-01" where "born is not null"',
    'ColumnValues "born" < (now() - 3 days) with threshold >= 0.75',
    'ColumnLength "code" < 3',
    'ColumnLength "name" < 4',
    'Mean "amount" between 11 and 12',
    'Sum "amount" = 35',
    'StandardDeviation "id" < 2',
    'CustomSql "select count(*) from primary where amount > 5" = 2',
    '(IsComplete "name") or (RowCount = 4)',
    '(IsComplete "id") and ((RowCount = 1) or (IsUnique "code"))',
    'ColumnValues "amount" > 6 with threshold >= 0.5',
    'ColumnValues "name" in ["Ann", "Bo"] with threshold between 0.4 and 0.6',
    'ColumnValues "amount" > 6 where "id <> 2" with threshold = 0.5',
    'ColumnValues "name" = EMPTY with threshold = 0.25',
]

BAD = [
    ("RowCount > 4", "Value: 4"),
    ("ColumnCount = 7", "Value: 6"),
    ('IsComplete "name"', "Value: 0.75"),
    ('Completeness "name" > 0.8', "Value: 0.75"),
    ('IsUnique "id"', "Value: 0.5"),
    ('IsPrimaryKey "id"', "Value: 0.5"),
    ('IsPrimaryKey "name" "code"', "Value: 0.75"),  # unique, but a name is missing
    ('ColumnValues "id" > 1', "Value: 1.0"),
    ('ColumnValues "amount" > 1', "NULL"),  # a range is not fulfilled by a NULL
    ('ColumnValues "city" in ["NY"]', "Value: 0.75"),
    ('ColumnValues "city" matches "N|L"', "Value: 0.0"),  # the whole value, not a part of it
    ('ColumnValues "name" != NULL', "Value: 0.75"),
    ('ColumnValues "born" > "1985-01-01"', "Value: 0.5"),
    ('ColumnLength "code" > 1', "Value: 1"),
    ('ColumnLength "name" > 0', "Value: 0"),
    ('ColumnLength "name" >= 1 where "id = 2"', "Value: 0.5"),  # a NULL has length 0
    ('CustomSql "select count(*) from primary where amount > 5" = 3', "Value: 2"),
    ('(IsComplete "name") or (IsUnique "id")', "Value: 0.75"),
    ('(IsComplete "id") and (RowCount = 1)', "Value: 4"),
    ('ColumnValues "amount" > 6 with threshold > 0.5', "the share of good rows is 0.5"),
    ('ColumnValues "amount" > 6 where "id <> 2" with threshold > 0.5', "the share of good rows is 0.5"),
    ('DataFreshness "born" <= 24 hours', "0.00% of rows passed"),
]


def test_good_rules_pass(people: DataFrame) -> None:
    verdicts = evaluate(people, ", ".join(GOOD)).verdicts
    assert [(v.rule, v.reason) for v in verdicts if v.outcome != "passed"] == []
    assert len(verdicts) == len(GOOD)


def test_bad_rules_fail_with_a_reason(people: DataFrame) -> None:
    verdicts = evaluate(people, ", ".join(rule for rule, _ in BAD)).verdicts
    assert [v.rule for v in verdicts if v.outcome != "failed"] == []
    assert [
        (v.rule, reason, v.reason)
        for v, (_, reason) in zip(verdicts, BAD, strict=True)
        if reason not in v.reason
    ] == []


def test_verdicts_stand_in_the_order_of_the_rules_with_their_metrics(people: DataFrame) -> None:
    texts = ['IsUnique "id"', "RowCount > 0", 'Mean "amount" > 1', "RowCount > 0", 'Completeness "name" > 0']
    verdicts = evaluate(people, ", ".join(texts)).verdicts
    assert [verdict.rule for verdict in verdicts] == texts
    assert [verdict.metrics for verdict in verdicts] == [
        {"Column.id.Uniqueness": 0.5},
        {"Dataset.*.RowCount": 4.0},
        {"Column.amount.Mean": 35 / 3},
        {"Dataset.*.RowCount": 4.0},
        {"Column.name.Completeness": 0.75},
    ]


@pytest.mark.parametrize(
    ("rule", "reason"),
    [
        ('IsComplete "nobody"', "nobody"),
        ('ColumnValues "city" > 3', "Expected type"),
        ('CustomSql "select nothing from primary" > 0', "nothing"),
        ('IsComplete "name" where "nothing > 3"', "nothing"),
    ],
)
def test_a_rule_that_cannot_be_evaluated_fails_and_is_marked(
    people: DataFrame, rule: str, reason: str
) -> None:
    found = evaluate(people, rule, rows=True)
    assert found.verdicts[0].outcome == "failed"
    assert reason in found.verdicts[0].reason
    assert found.unjudged == frozenset({0})


@pytest.mark.parametrize(
    ("rule", "reason"),
    [
        ('CustomSql "select count(*) from salaries" > 0', "nothing else: not `salaries`"),
        ('CustomSql "drop view salaries" > 0', "is not allowed in it"),
        ("IsComplete \"name\" where \"reflect('java.lang.System', 'nanoTime') > 0\"", "call Java methods"),
    ],
)
def test_sql_that_is_more_than_a_rule_is_not_run(people: DataFrame, rule: str, reason: str) -> None:
    people.createOrReplaceTempView("salaries")
    found = evaluate(people, f'{rule}, IsComplete "id"', rows=True)
    assert [one.outcome for one in found.verdicts] == ["failed", "passed"]
    assert reason in found.verdicts[0].reason
    assert found.unjudged == frozenset({0})
    assert people.sparkSession.table("salaries").count() == 4


def test_rules_do_not_see_system_columns(people: DataFrame) -> None:
    stamped = people.selectExpr("*", "1L _strata_row", "'f' _strata_source_file")
    rules = 'ColumnCount = 6, ColumnNamesMatchPattern "[a-z]+", CustomSql "select count(*) from primary" = 4'
    assert {v.outcome for v in evaluate(stamped, rules).verdicts} == {"passed"}


def test_an_empty_frame_fulfils_every_rule_about_rows(people: DataFrame) -> None:
    about_rows = (
        'IsComplete "id", IsUnique "id", IsPrimaryKey "id", ColumnValues "amount" > 3,'
        'ColumnLength "name" > 0, Completeness "id" > 0.9,'
        'ColumnValues "city" in ["NY"] with threshold > 0.9, RowCount = 0'
    )
    found = evaluate(people.limit(0), about_rows, rows=True)
    assert [(v.rule, v.reason) for v in found.verdicts if v.outcome != "passed"] == []
    assert found.row_failures is None or found.row_failures.count() == 0


def test_an_empty_frame_does_not_fulfil_counts_and_statistics(people: DataFrame) -> None:
    found = evaluate(people.limit(0), 'RowCount > 0, Mean "amount" > 0, IsComplete "id"')
    assert [v.outcome for v in found.verdicts] == ["failed", "failed", "passed"]


def test_only_nulls_are_lengths_of_zero(people: DataFrame) -> None:
    only_null = people.where("name is null")
    found = evaluate(only_null, 'ColumnLength "name" < 3, ColumnLength "name" > 0, ColumnValues "amount" > 0')
    assert [v.outcome for v in found.verdicts] == ["passed", "failed", "failed"]


def test_the_view_primary_is_gone_afterwards_and_no_callback_server_runs(people: DataFrame) -> None:
    evaluate(people, 'CustomSql "select count(*) from primary" > 0', rows=True)
    session = people.sparkSession
    assert not session.catalog.tableExists("primary")
    assert session.sparkContext._gateway._callback_server is None
