"""Rules that compare the judged rows with other datasets: both engines, and plain Python as their oracle."""

from __future__ import annotations

import math
from collections import Counter
from collections.abc import Sequence

import pytest
from pyspark.sql import DataFrame, SparkSession
from quality_frames import lean

from etl_core.state.models import Verdict
from quality.dqdl import parse
from quality.engine import Engine, Evaluation
from quality.engines.deequ.engine import DeequEngine
from quality.engines.inline.engine import InlineEngine
from quality.known import Known

Row = tuple[object, ...]
COLUMNS = "id int, city string, state string, paid decimal(10,2), x double"
ROWS: list[Row] = [
    (1, "Tampa", "FL", 10, 1.5),
    (2, "Tampa", "NY", 20, float("nan")),
    (3, None, "FL", None, None),
    (4, "O'Hare", None, 5, 0.1),
    (5, "日本", "", 0, 0.2),
]
OTHER = "ref_id int, `ref city` string, state string, paid decimal(10,2), x double"
OTHERS: list[Row] = [
    (1, "Tampa", "FL", 10, 1.5),
    (2, "Tampa", "FL", 21, float("nan")),
    (3, None, "FL", None, None),
    (4, "O'Hare", None, 5, 0.1),
    (9, "日本", "", 0, 0.2),
    (None, None, None, 4, None),
]
RULES = [
    'ReferentialIntegrity "id" "other.ref_id" = 1.0',
    'ReferentialIntegrity "id" "other.{ref_id}" >= 0.8',
    'ReferentialIntegrity "city" "other.{ref city}" > 0.5',
    'ReferentialIntegrity "city,state" "other.{ref city, state}" > 0.9',
    'ReferentialIntegrity "x" "other.x" = 0.8',
    'ReferentialIntegrity "id" "other.gone" = 1.0',
    'ReferentialIntegrity "id" "nowhere.id" = 1.0',
    'DatasetMatch "other" "id->ref_id" "paid" >= 0.5',
    'DatasetMatch "other" "id->ref_id" "city->ref city,state" = 1.0',
    'DatasetMatch "other" "id->ref_id" "x" = 0.8',
    'DatasetMatch "other" "id->ref_id" > 0.1',
    'DatasetMatch "other" "state" "paid" > 0.1',
    'DatasetMatch "twin" "id" = 1.0',
    'DatasetMatch "twin" "id" < 0.9',
    'SchemaMatch "twin" = 1.0',
    'SchemaMatch "other" > 0.5',
    'SchemaMatch "other" = 1.0',
    'SchemaMatch "narrow" = 1.0',
    'RowCountMatch "other" between 0.8 and 0.9',
    'RowCountMatch "twin" = 1.0',
    'RowCountMatch "nobody" >= 1.0',
    'AggregateMatch "sum(paid)" "sum(other.paid)" >= 0.9',
    'AggregateMatch "avg(paid)" "avg(other.paid)" = 1.09375',
    'AggregateMatch "sum(id)" "sum(other.ref_id)" < 0.5',
    'AggregateMatch "sum(other.paid)" "SUM(paid)" > 1',
    'AggregateMatch "sum(paid)" "sum(nobody.paid)" > 0',
    '(RowCountMatch "twin" = 1.0) and (SchemaMatch "twin" = 1.0)',
    'CustomSql "select count(*) from primary p join other o on p.id = o.ref_id" = 4',
]
# rule -> why the engines do not say the same; docs/quality.md tells users
KNOWN = {
    'RowCountMatch "nobody" >= 1.0': "rows are no share of no rows; Deequ's is infinite",
}


@pytest.fixture
def session(table_session: SparkSession) -> SparkSession:
    return lean(table_session)


def frames(session: SparkSession) -> tuple[DataFrame, dict[str, DataFrame]]:
    """The judged rows, with a system column, and what they are compared with."""
    df = session.createDataFrame(ROWS, COLUMNS.replace("decimal(10,2)", "int"))
    df = df.withColumn("paid", df.paid.cast("decimal(10,2)"))
    other = session.createDataFrame(OTHERS, OTHER.replace("decimal(10,2)", "int"))
    other = other.withColumn("paid", other.paid.cast("decimal(10,2)"))
    references = {"other": other, "twin": df, "narrow": df.select("id"), "nobody": df.limit(0)}
    marked = {name: one.selectExpr("*", "1 AS _strata_seq") for name, one in references.items()}
    return df.selectExpr("*", "'r' AS _strata_run_id").localCheckpoint(), marked


def judged(engine: Engine, session: SparkSession, rules: Sequence[str]) -> dict[str, Verdict]:
    df, references = frames(session)
    found = evaluated(engine, df, rules, references)
    return dict(zip(rules, found.verdicts, strict=True))


def evaluated(
    engine: Engine, df: DataFrame, rules: Sequence[str], references: dict[str, DataFrame]
) -> Evaluation:
    return engine.evaluate(
        df, parse(f"Rules = [ {', '.join(rules)} ]"), rows=False, known=Known(references=references)
    )


def test_both_engines_agree(session: SparkSession) -> None:
    ours, theirs = (judged(engine, session, RULES) for engine in (InlineEngine(), DeequEngine()))
    different = {
        rule: (ours[rule], theirs[rule])
        for rule in RULES
        if ours[rule].outcome != theirs[rule].outcome or not alike(ours[rule], theirs[rule])
    }
    assert {rule: both for rule, both in different.items() if rule not in KNOWN} == {}, [*different]
    assert KNOWN.keys() <= different.keys(), "no longer a difference: take it off the list"


def alike(ours: Verdict, theirs: Verdict) -> bool:
    return all(
        name in ours.metrics and math.isclose(ours.metrics[name], value, rel_tol=1e-9)
        for name, value in theirs.metrics.items()
    )


def test_shares_are_those_of_plain_python(session: SparkSession) -> None:
    found = judged(InlineEngine(), session, RULES)
    keys = Counter(row[0] for row in OTHERS)
    cities = {(row[1], row[2]) for row in OTHERS if None not in row[1:3]}
    paid = {row[0]: row[3] for row in OTHERS if row[0] is not None}
    expected = {
        RULES[0]: sum(keys[row[0]] > 0 for row in ROWS) / 5,
        RULES[3]: sum((row[1], row[2]) in cities for row in ROWS) / 5,
        RULES[7]: sum(row[0] in paid and row[3] == paid[row[0]] for row in ROWS) / 5,
        RULES[21]: 35 / 40,
    }
    for rule, share in expected.items():
        assert list(found[rule].metrics.values()) == [pytest.approx(share)], rule


def test_what_cannot_be_compared_fails_with_the_reason(session: SparkSession) -> None:
    found = judged(InlineEngine(), session, RULES)
    reasons = {rule: one.reason for rule, one in found.items() if one.outcome == "failed"}
    assert "there is no dataset `nowhere`" in reasons['ReferentialIntegrity "id" "nowhere.id" = 1.0']
    assert "`gone`" in reasons['ReferentialIntegrity "id" "other.gone" = 1.0']
    assert "the keys are not unique: 1 more rows than keys in the judged rows" in reasons[RULES[11]]
    assert "no column `city`" in reasons['DatasetMatch "other" "id->ref_id" > 0.1']
    assert reasons[RULES[0]] == "the share of rows that are found in `other` is 0.8, wanted = 1.0"


@pytest.mark.parametrize("engine", [InlineEngine(), DeequEngine()], ids=["inline", "deequ"])
def test_no_rows_have_no_orphans(session: SparkSession, engine: Engine) -> None:
    df, references = frames(session)
    rules = [RULES[0], 'DatasetMatch "other" "id->ref_id" "paid" = 1.0', 'RowCountMatch "nobody" = 1.0']
    found = evaluated(engine, df.limit(0), rules, references)
    assert [one.outcome for one in found.verdicts][:2] == ["passed", "passed"]


def test_two_empty_datasets_have_as_many_rows(session: SparkSession) -> None:
    df, references = frames(session)
    found = evaluated(InlineEngine(), df.limit(0), ['RowCountMatch "nobody" = 1.0'], references)
    assert [one.outcome for one in found.verdicts] == ["passed"]


def test_queries_see_declared_datasets_only_and_leave_no_view(session: SparkSession) -> None:
    df, references = frames(session)
    df.createOrReplaceTempView("secret")
    rules = ['CustomSql "select count(*) from secret" > 0', 'CustomSql "select count(*) from NARROW" = 5']
    found = evaluated(InlineEngine(), df, rules, references)
    assert [one.outcome for one in found.verdicts] == ["failed", "passed"]
    assert "declared references and nothing else: not `secret`" in found.verdicts[0].reason
    views = session.sql("SHOW VIEWS").collect()
    assert [view.viewName for view in views if view.isTemporary] == ["secret"]
