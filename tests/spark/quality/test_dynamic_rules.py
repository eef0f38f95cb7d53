"""Rules that are compared with earlier results, by both engines; numbers worked out by hand."""

from __future__ import annotations

import pytest
from pyspark.sql import DataFrame, SparkSession

from quality import engines
from quality.dqdl import parse
from quality.earlier import Earlier
from quality.engine import RULES_FAILED, Evaluation
from quality.known import Known
from quality.measures import condition_metric, subject, threshold_metric

COUNT = ("RowCount", "Dataset.*.RowCount")
BOTH = pytest.mark.parametrize("engine", ["inline", "deequ"])


@pytest.fixture(scope="module")
def df(spark: SparkSession) -> DataFrame:
    rows = [
        (1, 1.0, "a", "2024-01-01"),
        (2, 2.0, "bb", "x"),
        (3, 6.0, None, "2024-01-03"),
        (4, 7.0, "a", "y"),
    ]
    return spark.createDataFrame(rows, "id int, paid double, name string, day string")


def evaluate(engine: str, df: DataFrame, rules: str, earlier: Earlier) -> Evaluation:
    return engines.get(engine).evaluate(
        df, parse(f"Rules = [ {rules} ]"), rows=True, known=Known(earlier=earlier)
    )


@BOTH
def test_a_condition_made_of_earlier_results(engine: str, df: DataFrame) -> None:
    earlier = Earlier({COUNT: (10.0, 2.0, 3.0), ('Mean "paid"', "Column.paid.Mean"): (4.0,)})
    rules = 'RowCount > avg(last(3)) * 0.8, RowCount >= avg(last(2)), Mean "paid" = last()'
    found = evaluate(engine, df, rules, earlier)
    assert [one.outcome for one in found.verdicts] == ["failed", "failed", "passed"]  # 4 > 4; 4 >= 6; 4 = 4
    assert [one.rule for one in found.verdicts] == [one.text for one in parse(f"Rules = [ {rules} ]").rules]
    assert {one.rows for one in found.verdicts} == {4}
    assert found.unjudged == frozenset()


def test_the_reason_says_what_the_functions_came_to(df: DataFrame) -> None:
    found = evaluate("inline", df, "RowCount > avg(last(2))", Earlier({COUNT: (10.0, 2.0)}))
    assert found.verdicts[0].reason == "the number of rows is 4, wanted > avg(last(2)), now > 6"


@BOTH
def test_what_cannot_be_worked_out_fails_alone(engine: str, df: DataFrame) -> None:
    rules = "RowCount > index(last(3), 2), RowCount = 4, (RowCount > 1 / last()) and (RowCount > 0)"
    found = evaluate(engine, df, rules, Earlier())
    assert [one.outcome for one in found.verdicts] == ["failed", "passed", "failed"]
    assert "no earlier result at place 2" in found.verdicts[0].reason
    assert "division by zero" in found.verdicts[2].reason
    assert found.unjudged == {0, 2}
    gone = evaluate(engine, df, "RowCount > last(), RowCount = 4", Earlier(problem="no catalog"))
    assert [one.outcome for one in gone.verdicts] == ["failed", "passed"]
    assert "no catalog" in gone.verdicts[0].reason


@BOTH
def test_thresholds_made_of_earlier_results(engine: str, df: DataFrame) -> None:
    rule = 'ColumnValues "paid" > 1.5 with threshold >= min(last(5))'
    key = ('ColumnValues "paid" > 1.5', "Column.paid.ColumnValues.GoodRows")
    for share, outcome in ((0.75, "passed"), (0.8, "failed")):  # 3 of 4 rows are good
        found = evaluate(engine, df, rule, Earlier({key: (share, 0.9)}))
        assert found.verdicts[0].outcome == outcome
        assert found.row_failures is not None
        failed = {row["id"]: row[RULES_FAILED] for row in found.row_failures.collect()}
        assert failed == {1: [rule], 2: [], 3: [], 4: []}


STATISTICS = [
    "RowCount > 0",
    "ColumnCount > 0",
    'CustomSql "select count(*) from primary" > 0',
    'Completeness "name" > 0',
    'Uniqueness "name" > 0',
    'UniqueValueRatio "name" > 0',
    'DistinctValuesCount "name" > 0',
    'ColumnCorrelation "id" "paid" > 0',
    'Entropy "name" > 0',
    'Mean "paid" > 0',
    'StandardDeviation "paid" > 0',
    'Sum "paid" > 0',
    'Mean "paid" > 0 where "id > 1"',
]
THRESHOLDS = [
    'ColumnValues "paid" > 1.5 with threshold > 0.1',
    'ColumnDataType "day" = "Date" with threshold > 0.1',
]


@BOTH
def test_results_are_kept_under_the_names_by_which_they_are_looked_for(engine: str, df: DataFrame) -> None:
    rules = parse(f"Rules = [ {', '.join([*STATISTICS, *THRESHOLDS])} ]").rules
    found = evaluate(engine, df, ", ".join([*STATISTICS, *THRESHOLDS]), Earlier())
    for rule, verdict in zip(rules, found.verdicts, strict=True):
        name = threshold_metric(rule) if rule.threshold else condition_metric(rule)
        assert (subject(rule, name), name) in {(one.of, one.metric) for one in verdict.measured}, rule.text


def test_the_parts_of_a_composite_keep_their_own_results(df: DataFrame) -> None:
    rules = '(RowCount > 0 where "id > 1") and (RowCount > 0 where "id > 2")'
    (verdict,) = evaluate("inline", df, rules, Earlier()).verdicts
    assert {one.of: one.value for one in verdict.measured} == {
        'RowCount where "id > 1"': 3.0,
        'RowCount where "id > 2"': 2.0,
    }


@pytest.mark.parametrize(
    ("rule", "of", "usual", "odd"),
    [
        ('DetectAnomalies "RowCount"', COUNT, (4.0, 5.0, 3.0), (40.0, 41.0, 39.0)),
        ('DetectAnomalies "Mean" "paid"', ('Mean "paid"', "Column.paid.Mean"), (4.0,) * 5, (9.0,) * 5),
        (
            'DetectAnomalies "CustomSQL" "select sum(id) from primary"',
            ('CustomSql "select sum(id) from primary"', "Dataset.*.CustomSQL"),
            (10.0,) * 3,
            (100.0,) * 3,
        ),
        (
            'DetectAnomalies "ColumnValues" "paid"',
            ('ColumnValues "paid"', "Column.paid.Maximum"),
            (7.0,) * 3,
            (70.0,) * 3,
        ),
        (
            'DetectAnomalies "ColumnValues" "name"',
            ('ColumnValues "name"', "Column.name.MaximumLength"),
            (2.0,) * 3,
            (20.0,) * 3,
        ),
        (
            'DetectAnomalies "ColumnLength" "name"',
            ('ColumnLength "name"', "Column.name.MinimumLength"),
            (1.0,) * 3,
            (9.0,) * 3,
        ),
    ],
)
def test_anomalies(
    df: DataFrame, rule: str, of: tuple[str, str], usual: tuple[float, ...], odd: tuple[float, ...]
) -> None:
    outcomes = []
    for results in ((), odd[:2], usual, odd):  # two results are too few
        (verdict,) = evaluate("inline", df, rule, Earlier({of: results})).verdicts
        assert of in {(one.of, one.metric) for one in verdict.measured}
        outcomes.append(verdict.outcome)
    assert outcomes == ["passed", "passed", "passed", "failed"]
    assert "expected" in verdict.reason


def test_anomalies_without_rows_a_value_or_a_history(df: DataFrame) -> None:
    empty = df.where("id < 0")
    followed = ('"Completeness" "name"', '"ColumnValues" "paid"', '"Mean" "paid"')
    rules = ", ".join(f"DetectAnomalies {one}" for one in followed)
    assert [one.outcome for one in evaluate("inline", empty, rules, Earlier()).verdicts] == [
        "passed",
        "passed",
        "failed",
    ]
    gone = evaluate("inline", df, 'DetectAnomalies "RowCount"', Earlier(problem="no catalog"))
    assert gone.unjudged == {0}
    assert gone.verdicts[0].reason == "no catalog"
