"""The Glue engine, over what stands in for Glue Data Quality."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import pytest
from pyspark.sql import DataFrame, SparkSession
from pyspark.sql import functions as F

from etl_core.errors import EtlError, QualityError
from etl_core.runtime.glue_quality import process_rows
from quality.dqdl import parse
from quality.earlier import Earlier
from quality.engine import RULES_FAILED, Evaluation
from quality.engines.glue.engine import GlueEngine
from quality.known import UNKNOWN, GlueQuality, Known
from tests.glue_quality import Glue, installed


@pytest.fixture
def glue(monkeypatch: pytest.MonkeyPatch) -> Glue:
    return installed(monkeypatch)


def evaluate(df: DataFrame, rules: str, ask: GlueQuality = process_rows, **known: Any) -> Evaluation:
    knows = Known(subject="raw.a", glue=ask, **known)
    return GlueEngine().evaluate(df, parse(f"Rules = [ {rules} ]"), rows=True, known=knows)


def outcomes(found: Evaluation) -> list[str]:
    return [one.outcome for one in found.verdicts]


def failures(found: Evaluation) -> dict[int, list[str]]:
    """key of each failing row -> the rules it failed."""
    assert found.row_failures is not None
    return {
        row["key"]: sorted(row[RULES_FAILED]) for row in found.row_failures.collect() if row[RULES_FAILED]
    }


def frame(session: SparkSession) -> DataFrame:
    rows = [
        (1, 1, "Ann", 5.0),
        (2, 2, "Bo", 50.0),
        (3, 2, None, None),
        (4, None, "", 7.0),
        (5, None, "Cy", 8.0),
    ]
    df = session.createDataFrame(rows, "key int, id int, name string, amount double")
    return df.withColumn("_strata_run_id", F.lit("r"))


def test_verdicts_rows_and_numbers(table_session: SparkSession, glue: Glue) -> None:
    amount, name, unique = 'ColumnValues "amount" < 10', 'ColumnLength "name" > 0', 'IsUnique "id"'
    found = evaluate(frame(table_session), f'{amount}, {name}, {unique}, RowCount > 100, Mean "amount" > 10')
    assert outcomes(found) == ["failed", "failed", "failed", "failed", "passed"]
    assert failures(found) == {2: [amount, unique], 3: [name, amount, unique], 4: [name]}
    assert found.verdicts[4].metrics == {"Column.amount.Mean": 17.5}
    assert [one.of for one in found.verdicts[4].measured] == ['Mean "amount"']
    assert {one.rows for one in found.verdicts} == {5}
    assert found.unjudged == frozenset()
    assert [call.publishing["dataQualityEvaluationContext"] for call in glue.asked] == ["raw.a"]


def test_where_thresholds_and_composites(table_session: SparkSession, glue: Glue) -> None:
    scoped = 'ColumnValues "amount" < 6 where "key <> 2"'
    share = 'ColumnValues "since" > "2024-01-01" with threshold > 0.5'
    either = '(IsComplete "id") or (IsComplete "name")'
    both = '(ColumnValues "amount" < 10) and (IsComplete "id")'
    since = F.expr("case when key <> 3 then make_date(2024, 1, key) end")
    df = frame(table_session).withColumn("since", since)
    found = evaluate(df, f"{scoped}, {share}, {either}, {both}")
    assert outcomes(found) == ["failed", "passed", "failed", "failed"]
    by_key = failures(found)
    assert {key: set(rules) & {scoped, share} for key, rules in by_key.items()} == {
        1: {share},
        2: set(),
        3: {scoped, share},
        4: {scoped},
        5: {scoped},
    }
    assert {key for key, rules in by_key.items() if both in rules} == {2, 3, 4, 5}


def test_all_columns_survive_unchanged(table_session: SparkSession, glue: Glue) -> None:
    df = table_session.sql(
        "select 1 key, cast(1.10 as decimal(10,2)) d, array(struct(1 a, 'x' b)) nested, map('k', 1) m,"
        " struct('f' file, 3L row) _strata_seq, cast(null as string) `Odd Name`"
    )
    found = evaluate(df, 'IsComplete "Odd Name"').row_failures
    assert found is not None
    assert found.drop(RULES_FAILED).schema == df.schema
    assert found.drop(RULES_FAILED).collect() == df.collect()


def test_rules_do_not_see_system_columns(table_session: SparkSession, glue: Glue) -> None:
    sql = 'CustomSql "select count(*) from primary" = 5'
    found = evaluate(frame(table_session), f'ColumnCount = 4, IsComplete "name", {sql}')
    assert outcomes(found) == ["passed", "failed", "passed"]
    assert failures(found) == {3: ['IsComplete "name"']}
    seen = {call.publishing["dataQualityEvaluationContext"]: call.columns for call in glue.asked}
    assert seen == {
        "raw.a": ("key", "id", "name", "amount", "_strata_run_id"),
        "raw.a.columns": ("key", "id", "name", "amount"),
    }


def test_one_call_where_no_rows_are_asked_for(table_session: SparkSession, glue: Glue) -> None:
    ruleset = parse('Rules = [ ColumnCount = 4, IsComplete "name" ]')
    known = Known(subject="raw.a.table_rules", glue=process_rows)
    found = GlueEngine().evaluate(frame(table_session), ruleset, rows=False, known=known)
    assert outcomes(found) == ["passed", "failed"]
    assert found.row_failures is None
    (call,) = glue.asked
    assert call.columns == ("key", "id", "name", "amount")


def test_other_tables(table_session: SparkSession, glue: Glue) -> None:
    held = table_session.createDataFrame([(1, "r"), (2, "r")], "id int, _strata_run_id string")
    text = 'ReferentialIntegrity "id" "held.id" = 1.0, RowCountMatch "held" > 2'
    df = frame(table_session).where("id is not null")
    assert outcomes(evaluate(df, text, references={"held": held})) == ["passed", "failed"]
    assert glue.asked[0].others == ("held",)


def test_rules_that_look_back_are_asked_with_numbers(table_session: SparkSession, glue: Glue) -> None:
    earlier = Earlier({("RowCount", "Dataset.*.RowCount"): [4.0, 6.0]})
    text = "RowCount > avg(last(2)) * 1.5, RowCount > last()"
    found = evaluate(frame(table_session), text, earlier=earlier)
    assert [one.rule for one in found.verdicts] == ["RowCount > avg(last(2)) * 1.5", "RowCount > last()"]
    assert outcomes(found) == ["failed", "passed"]
    assert "RowCount > 7.5" in glue.asked[0].ruleset


def test_no_rows(table_session: SparkSession, glue: Glue) -> None:
    rules = 'IsComplete "name", Completeness "name" > 0.9, RowCount > 0, IsComplete "gone"'
    found = evaluate(frame(table_session).where("false"), rules)
    assert outcomes(found) == ["passed", "passed", "failed", "failed"]
    assert found.unjudged == {3}


def test_what_is_more_than_a_rule_is_not_asked(table_session: SparkSession, glue: Glue) -> None:
    rules = [
        'CustomSql "select count(*) from other" = 0',
        "RowCount > 0 where \"reflect('java.lang.System', 'nanoTime') is not null\"",
        'DetectAnomalies "RowCount"',
        "RowCount > index(last(3), 2)",
        "RowCount = 5",
    ]
    found = evaluate(frame(table_session), ", ".join(rules))
    assert outcomes(found) == ["failed", "failed", "failed", "failed", "passed"]
    reasons = [one.reason for one in found.verdicts]
    assert "not `other`" in reasons[0]
    assert "Java" in reasons[1]
    assert "does not evaluate" in reasons[2]
    assert "no earlier result" in reasons[3]
    assert found.unjudged == {0, 1, 2, 3}
    assert glue.asked[0].ruleset == "Rules = [\n    RowCount = 5\n]\n"


def test_nothing_to_ask(table_session: SparkSession, glue: Glue) -> None:
    assert outcomes(evaluate(frame(table_session), 'DetectAnomalies "RowCount"')) == ["failed"]
    assert glue.asked == []


def test_outside_of_glue(table_session: SparkSession) -> None:
    ruleset = parse("Rules = [ RowCount > 0 ]")
    with pytest.raises(EtlError, match="works in Glue jobs only"):
        GlueEngine().evaluate(frame(table_session), ruleset, rows=True, known=UNKNOWN)
    with pytest.raises(EtlError, match="there is no awsgluedq"):
        evaluate(frame(table_session), "RowCount > 0")


def test_glue_fails(table_session: SparkSession, glue: Glue, monkeypatch: pytest.MonkeyPatch) -> None:
    def broken(**_asked: object) -> None:
        table_session.sql("select nonsense").collect()

    monkeypatch.setattr(glue, "process_rows", broken)
    with pytest.raises(QualityError, match=r"Glue could not evaluate the rules: .*nonsense"):
        evaluate(frame(table_session), "RowCount > 0")


OUTCOMES = "Rule string, Outcome string, FailureReason string, EvaluatedMetrics map<string,double>"
BAD = "Value: 0.8 does not meet the constraint requirement!"
NAME = 'IsComplete "name"'


def answering(said: list[tuple[str, str]], rows: Mapping[str, str]) -> GlueQuality:
    """Glue that answers `said`; of rows, the SQL in `rows`, by the name of the column."""

    def ask(df: DataFrame, ruleset: str, **_: object) -> dict[str, DataFrame]:
        spark = df.sparkSession
        table = [(rule, outcome, None if outcome == "Passed" else BAD, {}) for rule, outcome in said]
        columns = {name: F.expr(sql) for name, sql in rows.items()}
        return {
            "ruleOutcomes": spark.createDataFrame(table, OUTCOMES),
            "rowLevelOutcomes": df.withColumns(columns) if columns else df,
        }

    return ask


NOBODY = "cast(array() as array<string>)"
PASS, FAIL, SKIP = "DataQualityRulesPass", "DataQualityRulesFail", "DataQualityRulesSkip"


def test_a_rule_that_failed_of_no_row_blocks(table_session: SparkSession) -> None:
    ask = answering([(NAME, "Failed")], {PASS: f"array('{NAME}')", FAIL: NOBODY, SKIP: NOBODY})
    found = evaluate(frame(table_session), NAME, ask)
    assert found.verdicts[0].reason == "Glue says that it failed, but of no row"
    assert (outcomes(found), found.unjudged, found.row_failures) == (["failed"], {0}, None)


def test_rows_that_do_not_name_the_rule_block(table_session: SparkSession) -> None:
    ask = answering([(NAME, "Failed")], {PASS: NOBODY, FAIL: NOBODY, SKIP: f"array('{NAME}')"})
    found = evaluate(frame(table_session), NAME, ask)
    assert found.verdicts[0].reason == "Glue does not say which rows fail it"
    assert (outcomes(found), found.unjudged, found.row_failures) == (["failed"], {0}, None)


def test_no_rows_at_all_block(table_session: SparkSession) -> None:
    def ask(df: DataFrame, ruleset: str, **_: object) -> dict[str, DataFrame]:
        said = [(NAME, "Failed", BAD, {})]
        return {"ruleOutcomes": df.sparkSession.createDataFrame(said, OUTCOMES)}

    found = evaluate(frame(table_session), NAME, ask)
    assert found.verdicts[0].reason == "Glue does not say which rows fail it"
    assert (outcomes(found), found.unjudged, found.row_failures) == (["failed"], {0}, None)


def test_no_outcomes_at_all(table_session: SparkSession) -> None:
    with pytest.raises(QualityError, match="have no EvaluatedMetrics"):
        evaluate(frame(table_session), NAME, lambda *_, **__: {})


def test_a_row_of_which_nothing_is_said_is_not_good(table_session: SparkSession) -> None:
    passed = f"case when key = 1 then array('{NAME}') else {NOBODY} end"
    ask = answering([(NAME, "Failed")], {PASS: passed, FAIL: NOBODY, SKIP: NOBODY})
    found = evaluate(frame(table_session), NAME, ask)
    assert failures(found) == {key: [NAME] for key in (2, 3, 4, 5)}


@pytest.mark.parametrize(
    ("rows", "named"),
    [
        ({FAIL: NOBODY, SKIP: NOBODY}, PASS),
        ({PASS: "'x'", FAIL: NOBODY}, PASS),
        ({PASS: NOBODY, FAIL: NOBODY, "amount": "cast(amount as string)"}, "amount"),
    ],
)
def test_rows_in_another_shape_are_not_used(
    table_session: SparkSession, rows: Mapping[str, str], named: str
) -> None:
    ask = answering([(NAME, "Failed")], rows)
    with pytest.raises(QualityError, match=f"the rows that Glue gave back lack {named}"):
        evaluate(frame(table_session), NAME, ask)


def test_outcomes_in_another_shape_are_not_read(table_session: SparkSession) -> None:
    def ask(df: DataFrame, ruleset: str, **_: object) -> dict[str, DataFrame]:
        return {"ruleOutcomes": df.select("key"), "rowLevelOutcomes": df}

    with pytest.raises(QualityError, match="have no EvaluatedMetrics, FailureReason, Outcome, Rule"):
        evaluate(frame(table_session), NAME, ask)


def test_a_missing_answer_fails_its_rule_alone(table_session: SparkSession) -> None:
    ask = answering([("RowCount > 0", "Passed"), ("Unheard of", "Passed")], {})
    found = evaluate(frame(table_session), 'RowCount > 0, ColumnExists "name"', ask)
    assert outcomes(found) == ["passed", "failed"]
    assert found.verdicts[1].reason == ("Glue gave no answer to this rule; it said something of `Unheard of`")


def test_row_by_row_is_glues_own(table_session: SparkSession) -> None:
    heard: list[bool] = []
    either = '(IsComplete "id") or (IsComplete "name")'

    def ask(df: DataFrame, ruleset: str, *, composites_by_row: bool, **_: object) -> dict[str, DataFrame]:
        heard.append(composites_by_row)
        return answering([(either, "Passed")], {})(df, ruleset, context="", others={}, composites_by_row=True)

    ruleset = parse(f"Rules = [ {either} ]")
    known = Known(glue=ask)
    found = GlueEngine().evaluate(frame(table_session), ruleset, rows=True, composites="row", known=known)
    assert (outcomes(found), heard) == (["passed"], [True])


def test_labels_go_to_glue(table_session: SparkSession) -> None:
    heard: list[str] = []

    def ask(df: DataFrame, ruleset: str, **_: object) -> dict[str, DataFrame]:
        heard.append(ruleset)
        said = answering([('RowCount > 0 labels = ["team" = "core"]', "Passed")], {})
        return dict(said(df, ruleset, context="", others={}, composites_by_row=False))

    text = 'DefaultLabels = ["a" = "b"]\nRules = [ RowCount > 0 labels = ["team" = "core"] ]'
    found = GlueEngine().evaluate(frame(table_session), parse(text), rows=False, known=Known(glue=ask))
    assert outcomes(found) == ["passed"]
    assert parse(heard[0]) == parse(text)
