"""Analyzers: their numbers are those of plain Python, whichever way they are gathered; they judge nothing."""

from __future__ import annotations

import statistics
from collections import Counter

import pytest
from pyspark.sql import DataFrame, SparkSession
from quality_frames import lean

from quality.dqdl import parse
from quality.engine import Evaluation
from quality.engines.auto import AutoEngine
from quality.engines.inline.engine import InlineEngine

ROWS = [(1, "Ann", 2.0), (2, None, 4.0), (3, "Bob C", 9.0), (4, "Ann", None)]
TEXT = """\
Rules = [ RowCount > 1 ]
Analyzers = [ Mean "x", StandardDeviation "x", ColumnLength "name", ColumnValues "id", ColumnValues "name",
  Completeness "name", DistinctValuesCount "name", CustomSql "select max(id) from primary",
  AllStatistics AllColumns, Sum AllColumns, Mean "gone", Mean "name" ]"""


@pytest.fixture
def df(table_session: SparkSession) -> DataFrame:
    return lean(table_session).createDataFrame(ROWS, "id int, name string, x double").localCheckpoint()


def numbers(found: Evaluation, text: str) -> dict[str, dict[str, float]]:
    rules = parse(text).with_analyzers().rules
    return {rule.text: one.metrics for rule, one in zip(rules, found.verdicts, strict=True) if rule.measures}


def test_numbers_are_those_of_plain_python(df: DataFrame) -> None:
    found = InlineEngine().evaluate(df, parse(TEXT).with_analyzers(), rows=True)
    ids, names, values = zip(*ROWS, strict=True)
    known = [value for value in values if value is not None]
    texts = Counter(name for name in names if name)
    said = numbers(found, TEXT)
    assert said['Mean "x"'] == {"Column.x.Mean": statistics.mean(known)}
    assert said['StandardDeviation "x"'] == pytest.approx(
        {"Column.x.StandardDeviation": statistics.pstdev(known)}
    )
    lengths = {"Column.name.MinimumLength": 3.0, "Column.name.MaximumLength": 5.0}
    assert said['ColumnLength "name"'] == said['ColumnValues "name"'] == lengths
    assert said['ColumnValues "id"'] == {"Column.id.Minimum": 1.0, "Column.id.Maximum": 4.0}
    assert said['Completeness "name"'] == {"Column.name.Completeness": 0.75}
    assert said['DistinctValuesCount "name"'] == {"Column.name.DistinctValuesCount": len({*names})}
    assert said['CustomSql "select max(id) from primary"'] == {"Dataset.*.CustomSQL": max(ids)}
    assert said['Sum "AllColumns"'] == {"Column.id.Sum": sum(ids), "Column.x.Sum": sum(known)}
    every = said['AllStatistics "AllColumns"']
    assert every["Dataset.*.RowCount"] == 4
    assert every["Column.name.Uniqueness"] == sum(n == 1 for n in texts.values()) / sum(texts.values())
    assert (every["Column.x.Maximum"], every["Column.id.Completeness"]) == (9.0, 1.0)
    assert said['Mean "gone"'] == said['Mean "name"'] == {}


def test_no_row_is_named_and_what_cannot_be_gathered_says_why(df: DataFrame) -> None:
    found = AutoEngine().evaluate(df, parse(TEXT).with_analyzers(), rows=True)
    assert found.row_failures is None
    reasons = {one.rule: one.reason for one in found.verdicts}
    assert "no column `gone`" in reasons['Mean "gone"']
    assert "`name` is string, not a number" in reasons['Mean "name"']
    assert {reason for rule, reason in reasons.items() if rule not in ('Mean "gone"', 'Mean "name"')} == {""}


def test_they_are_foreseen_with_the_rules(df: DataFrame) -> None:
    text = 'Rules = [ IsComplete "name" ] Analyzers = [ AllStatistics "x", Mean "id" ]'
    ruleset = parse(text).with_analyzers()
    foreseen = AutoEngine().foresee(df, ruleset, only="TRUE")
    assert foreseen is not None
    (row,) = df.selectExpr(*(f"{sql} AS {name}" for name, sql in foreseen.aggregates.items())).collect()
    concluded = foreseen.conclude(row.asDict(), df)
    asked = InlineEngine().evaluate(df, ruleset, rows=False)
    assert numbers(concluded, text) == numbers(asked, text)
    assert concluded.verdicts[1].measured == asked.verdicts[1].measured != ()


def test_no_rows_have_few_numbers(df: DataFrame) -> None:
    said = numbers(InlineEngine().evaluate(df.limit(0), parse(TEXT).with_analyzers(), rows=True), TEXT)
    assert said['AllStatistics "AllColumns"'] == {"Dataset.*.RowCount": 0.0}
    assert said['Mean "x"'] == {}
