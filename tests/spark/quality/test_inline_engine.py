"""What the inline engine does with rules that cannot be judged, and what it costs."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest
from pyspark.sql import DataFrame, Observation, SparkSession
from quality_frames import lean

from quality.dqdl import parse
from quality.engine import RULES_FAILED, Evaluation
from quality.engines.inline.compiling import compiled
from quality.engines.inline.engine import InlineEngine
from quality.engines.inline.scan import Scan, scan

SOUND = 'IsComplete "id", Mean "id" > 1, IsUnique "id", CustomSql "select count(*) from primary" = 3'


@pytest.fixture
def df(table_session: SparkSession) -> DataFrame:
    return lean(table_session).sql(
        "SELECT * FROM VALUES (1, 'a', 1.5D), (2, NULL, 2.5D), (2, 'c', NULL) AS t(id, name, `do.t`)"
    )


def evaluate(df: DataFrame, rules: str, *, rows: bool = True) -> Evaluation:
    return InlineEngine().evaluate(df, parse(f"Rules = [ {rules} ]"), rows=rows)


@pytest.mark.parametrize(
    ("rule", "reason"),
    [
        ('IsComplete "gone"', "the data has no column `gone`"),  # as drift leaves it
        ('ColumnValues "gone" in ["a"]', "the data has no column `gone`"),
        ('IsPrimaryKey "id" "gone"', "the data has no column `gone`"),
        ('ColumnValues "name" > 3', "`name` is string, not a number"),
        ('ColumnLength "id" > 3', "`id` is int, not a text"),
        ('ColumnValues "id" > "2024-01-01"', "`id` is int, not a date"),
        ('IsComplete "id" where "gone > 3"', "gone"),
        ('IsComplete "id" where "id >"', "PARSE_SYNTAX_ERROR"),
        ('IsUnique "name" where "gone > 3"', "gone"),
        ('Mean "id" > 1 where "raise_error(\'no such thing\') is null"', "no such thing"),
        ('IsUnique "name" where "raise_error(\'no such thing\') is null"', "no such thing"),
        ('ColumnValues "name" matches "("', "("),
        ('CustomSql "selec 1" > 0', "PARSE_SYNTAX_ERROR"),
        ('CustomSql "select gone from primary" > 0', "gone"),
        ("CustomSql \"select raise_error('no such thing') from primary\" > 0", "no such thing"),
        ('CustomSql "select 1, 2" > 0', "2 columns, not one number"),
        ('CustomSql "select id from primary" > 0', "not one number"),
        ('CustomSql "select 1 where 1 = 0" > 0', "no rows, not one number"),
        ("CustomSql \"select 'a'\" > 0", "'a', which is no number"),
        ('FileSize "s3://b/" > 5 MB', "rule type FileSize is not supported by the inline engine"),
        ("RowCount > index(last(3), 1)", "no earlier result at place 1"),
    ],
)
def test_a_rule_that_cannot_be_judged_fails_alone_and_says_why(df: DataFrame, rule: str, reason: str) -> None:
    found = evaluate(df, f"{rule}, {SOUND}")
    assert found.verdicts[0].outcome == "failed"
    assert reason in found.verdicts[0].reason
    assert found.unjudged == {0}
    assert [one.outcome for one in found.verdicts[1:]] == ["passed", "passed", "failed", "passed"]
    assert found.row_failures is not None
    texts = [row[RULES_FAILED] for row in found.row_failures.orderBy("id").collect()]
    assert texts == [[], ['IsUnique "id"'], ['IsUnique "id"']]


@pytest.mark.parametrize(
    "sql",
    [
        "select count(*) from other",
        "select count(*) from primary where id in (select id from other)",
        "select (select max(id) from other)",
        "with primary2 as (select * from other) select count(*) from primary2",
        "select count(*) from primary, lateral (select * from other)",
        "select (with x as (select 1) select count(*) from x) + (select count(*) from x)",
        "select count(*) from text.`setup.py`",
        "select count(*) from range(3), identifier('other')",
        "drop view primary",
        "create table written as select 1",
        "insert into other values (1)",
        "set spark.sql.ansi.enabled=true",
        "show tables",
        "explain select 1",
        "select transform(id) using 'cat' as (x) from primary",
        "select reflect('java.lang.Integer', 'parseInt', '1')",
        "select java_method('java.lang.Integer', 'parseInt', '1')",
    ],
)
def test_a_query_reads_the_judged_rows_and_does_nothing_else(df: DataFrame, sql: str) -> None:
    session = df.sparkSession
    session.range(5).createOrReplaceTempView("other")
    session.range(5).createOrReplaceTempView("x")
    (verdict,) = evaluate(df, f'CustomSql "{sql}" > -1').verdicts
    assert verdict.outcome == "failed"
    assert "allowed" in verdict.reason or "nothing else" in verdict.reason
    assert session.conf.get("spark.sql.ansi.enabled") == "false"
    assert session.table("other").count() == 5


@pytest.mark.parametrize(
    ("where", "reason"),
    [
        ("id in (select id from primary)", "holds no query"),
        ("exists (select 1)", "holds no query"),
        ("reflect('java.lang.Integer', 'parseInt', '1') = '1'", "not allowed"),
        ("id > 1) or (1 = 1", "PARSE_SYNTAX_ERROR"),
    ],
)
def test_a_filter_is_one_condition_on_a_row(df: DataFrame, where: str, reason: str) -> None:
    found = evaluate(df, f'IsComplete "name" where "{where}"')
    assert reason in found.verdicts[0].reason
    assert found.unjudged == {0}


@pytest.mark.parametrize(
    ("sql", "value"),
    [
        (
            "with a as (select * from primary where id > 1), b as (select count(*) c from a) select c from b",
            2,
        ),
        ("select count(*) from primary a join primary b on a.id = b.id", 5),
        ("select max(n) from (select id, count(*) n from PRIMARY group by id having count(*) > 1)", 2),
        ("select count(*) from primary where id = (select max(id) from primary)", 2),
        ("select sum(c) from (select explode(array(1, 2)) c)", 3),
        ("select max(id) from primary where id > 100", 0),
    ],
)
def test_a_query_of_the_judged_rows_is_free_in_its_means(df: DataFrame, sql: str, value: int) -> None:
    (verdict,) = evaluate(df, f'CustomSql "{sql}" = {value}').verdicts
    assert (verdict.outcome, verdict.reason) == ("passed", "")
    assert not df.sparkSession.catalog.tableExists("primary")


def test_a_column_whose_name_has_a_dot_is_that_column(df: DataFrame) -> None:
    nested = df.selectExpr("*", "named_struct('a', named_struct('b', name)) AS s")
    rules = 'Mean "do.t" = 2, ColumnValues "`do.t`" > 1, IsComplete "s.a.b", ColumnLength "s.a.b" < 2'
    found = evaluate(nested, f'{rules}, IsUnique "s"')
    assert [one.outcome for one in found.verdicts] == ["passed", "failed", "failed", "passed", "failed"]
    assert found.verdicts[4].reason.startswith("`s` is struct<")
    assert found.unjudged == {4}


def test_rules_do_not_see_system_columns(df: DataFrame) -> None:
    stamped = df.selectExpr("*", "1L AS _strata_row")
    rules = (
        'ColumnCount = 3, ColumnNamesMatchPattern "^[a-z.]+$", CustomSql "select count(*) from primary" = 3'
    )
    found = evaluate(stamped, f'{rules}, IsComplete "name"')
    assert [one.outcome for one in found.verdicts] == ["passed", "passed", "passed", "failed"]
    assert found.row_failures is not None
    assert found.row_failures.columns == [*stamped.columns, RULES_FAILED]


def jobs(df: DataFrame, rules: str) -> int:
    """How many Spark jobs the rules take."""
    context = df.sparkSession.sparkContext
    kept = df.localCheckpoint()
    context.setJobGroup(rules, "what rules cost")
    found = evaluate(kept, rules, rows=False)
    assert found.unjudged == frozenset()
    context.setJobGroup("", "")
    return len(context.statusTracker().getJobIdsForGroup(rules))


def test_what_rules_cost(df: DataFrame) -> None:
    scan = 'IsComplete "id", Mean "id" > 0, ColumnValues "id" > 0, ColumnLength "name" < 3, RowCount > 0'
    groups = 'IsUnique "id", IsPrimaryKey "id" "name", Entropy "name" > 0, Uniqueness "id" > 0 where "id > 1"'
    assert jobs(df, 'ColumnCount = 3, ColumnExists "id"') == 0
    assert jobs(df, scan) == 1
    assert jobs(df, f"{scan}, {groups}") == 2


def test_the_pass_can_ride_on_a_write(df: DataFrame) -> None:
    """All that rules ask of the rows can be observed while these are written, and is the same."""
    rules = (
        'IsComplete "name", ColumnValues "id" > 1 where "id < 9", ColumnLength "name" < 3, Mean "id" > 1, '
        'ColumnCorrelation "id" "id" > 0, ColumnNamesMatchPattern "i", Sum "id" > 1, RowCount > 1, '
        'ColumnDataType "name" = "Date", IsPrimaryKey "id"'
    )
    leaves = parse(f"Rules = [ {rules} ]").leaves()
    checks = compiled(leaves, df, datetime.now(UTC)).checks
    asked = Scan.of(sql for check in checks.values() for sql in check.aggregates)
    observation = Observation()
    df.observe(observation, *asked.columns()).write.format("noop").mode("overwrite").save()
    assert asked.read(observation.get) == scan(df, list(asked.named.values()))


def test_an_answer_that_did_not_arrive_is_no_answer() -> None:
    """Spark gives nothing for a pass that the optimizer left out: that must not look like a good frame."""
    with pytest.raises(KeyError):
        Scan.of(["COUNT(1)"]).read({})
