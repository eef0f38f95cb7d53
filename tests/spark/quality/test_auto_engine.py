"""Rules that only one engine takes, judged together and in their order."""

from __future__ import annotations

import pytest
from pyspark.sql import DataFrame, SparkSession
from quality_frames import lean

from quality import engines
from quality.dqdl import parse
from quality.engine import RULES_FAILED
from quality.engines.support import engine_for

DATES = 'ColumnDataType "born" = "Date" with format = "dd/MM/yyyy"'  # for Deequ
ZONED = 'ColumnValues "at" > "2024-01-01" with timeZone = "America/New_York"'  # for Deequ, row by row
UNIQUE = 'IsUnique "id" "name"'  # for the inline engine
SHORT = 'ColumnLength "name" != 2'  # for the inline engine
NOBODY = 'FileSize "s3://b/" > 5 MB'


@pytest.fixture
def df(table_session: SparkSession) -> DataFrame:
    return lean(table_session).sql(
        """SELECT * FROM VALUES
           (1, 'a', '01/02/2024', date'2024-01-02'), (2, 'bb', '2024', date'2023-01-01'),
           (2, 'bb', '31/12/2024', date'2024-01-02'), (3, NULL, '01/01/2024', NULL)
           AS t(id, name, born, at)"""
    )


def test_every_rule_goes_to_the_first_engine_that_takes_it() -> None:
    rules = parse(f"Rules = [ {DATES}, {UNIQUE}, {NOBODY}, ({UNIQUE}) and ({DATES}) ]").rules
    assert [engine_for(rule, "auto", "dataset") for rule in rules] == ["deequ", "inline", None, None]


def test_verdicts_and_rows_of_both_engines_stand_in_the_order_of_the_rules(df: DataFrame) -> None:
    ruleset = parse(f"Rules = [ {SHORT}, {ZONED}, {NOBODY}, {DATES}, {UNIQUE}, RowCount = 4 ]")
    found = engines.get("auto").evaluate(df, ruleset, rows=True)
    assert [one.rule for one in found.verdicts] == [rule.text for rule in ruleset.rules]
    assert [one.outcome for one in found.verdicts] == ["failed"] * 5 + ["passed"]
    assert found.verdicts[2].reason == "no rule engine evaluates this rule"
    assert found.unjudged == {2}
    assert found.row_failures is not None
    assert found.row_failures.columns == [*df.columns, RULES_FAILED]
    rows = found.row_failures.orderBy("id", "at").collect()
    short, zoned, unique = (ruleset.rules[index].text for index in (0, 1, 4))
    assert [row[RULES_FAILED] for row in rows] == [[], [short, zoned, unique], [short, unique], [zoned]]


def test_rows_of_one_engine_alone(df: DataFrame) -> None:
    for rule in (ZONED, SHORT):
        found = engines.get("auto").evaluate(df, parse(f"Rules = [ {rule}, {DATES} ]"), rows=True)
        assert found.row_failures is not None
        assert found.row_failures.count() == 4


def test_good_rows_cost_no_second_pass(df: DataFrame) -> None:
    found = engines.get("auto").evaluate(df, parse(f"Rules = [ {DATES}, RowCount = 4 ]"), rows=True)
    assert found.row_failures is None
