"""The grammar: what is DQDL, what it means, and where a mistake stands."""

from __future__ import annotations

import subprocess
import sys
from decimal import Decimal

import pytest

from quality.dqdl import DqdlError, parse
from tests.unit.quality.refused import problems

VALID = {  # rule as written -> its canonical text
    "RowCount > 100": "RowCount > 100",
    "RowCount between -1 and 2*3+1": "RowCount between -1 and 7",
    'Completeness "a"   >= 0.95': 'Completeness "a" >= 0.95',
    "IsComplete a": 'IsComplete "a"',
    'IsPrimaryKey "a" "b"': 'IsPrimaryKey "a" "b"',
    'IsUnique "a" where "b = 1"': 'IsUnique "a" where "b = 1"',
    'ColumnValues "a" in ["x","y" , NULL, EMPTY, WHITESPACES_ONLY]': (
        'ColumnValues "a" in ["x", "y", NULL, EMPTY, WHITESPACES_ONLY]'
    ),
    'ColumnValues "a" not in [1, 2, null]': 'ColumnValues "a" not in [1, 2, NULL]',
    'ColumnValues "a" matches "[a-z]{1,3}\\d # x"': 'ColumnValues "a" matches "[a-z]{1,3}\\d # x"',
    'ColumnValues "a" not matches "x"': 'ColumnValues "a" not matches "x"',
    'ColumnValues "a" != "it\'s \\"here\\""': 'ColumnValues "a" != "it\'s \\"here\\""',
    'ColumnValues "d" > (now() - 3 days)': 'ColumnValues "d" > (now() - 3 days)',
    'ColumnValues "d" between "2023-01-01" and now( )': 'ColumnValues "d" between "2023-01-01" and now()',
    'ColumnValues "a" not between 1 and 5 where "b > 1" with threshold > 0.9': (
        'ColumnValues "a" not between 1 and 5 where "b > 1" with threshold > 0.9'
    ),
    'ColumnLength "a" in [1,2]': 'ColumnLength "a" in [1, 2]',
    'ColumnDataType "a" = "Date" with format = "dd-MM-yyyy" with threshold > 0.5': (
        'ColumnDataType "a" = "Date" with threshold > 0.5 with format = "dd-MM-yyyy"'
    ),
    'ColumnExists "a"': 'ColumnExists "a"',
    'ColumnNamesMatchPattern "[a-z]+"': 'ColumnNamesMatchPattern "[a-z]+"',
    'ColumnCorrelation "a" "b" between -0.5 and 0.5': 'ColumnCorrelation "a" "b" between -0.5 and 0.5',
    "ColumnCount in [10,20]": "ColumnCount in [10, 20]",
    'Entropy "a" < 1': 'Entropy "a" < 1',
    'Mean "a" > 0': 'Mean "a" > 0',
    'Sum "a" != 0': 'Sum "a" != 0',
    'StandardDeviation "a" < 1.5': 'StandardDeviation "a" < 1.5',
    'Uniqueness "a" = 1.0': 'Uniqueness "a" = 1.0',
    'UniqueValueRatio "a" > 0': 'UniqueValueRatio "a" > 0',
    'DistinctValuesCount "a" > 3': 'DistinctValuesCount "a" > 3',
    'DataFreshness "d" between 45minutes and 2   hours': 'DataFreshness "d" between 45 minutes and 2 hours',
    'CustomSql "select count(*) from primary" between 1 and 2': (
        'CustomSql "select count(*) from primary" between 1 and 2'
    ),
    'CustomSql "select a from primary" with threshold > 0.5': (
        'CustomSql "select a from primary" with threshold > 0.5'
    ),
    'ReferentialIntegrity "a,b" "ref.{x,y}" = 1.0': 'ReferentialIntegrity "a,b" "ref.{x,y}" = 1.0',
    'DatasetMatch "ref" "a,b->x" "c" > 0.9': 'DatasetMatch "ref" "a,b->x" "c" > 0.9',
    'SchemaMatch "ref" = 1.0': 'SchemaMatch "ref" = 1.0',
    'AggregateMatch "sum(a)" "sum(ref.a)" > 0.9': 'AggregateMatch "sum(a)" "sum(ref.a)" > 0.9',
    'RowCountMatch "ref" = 1.0': 'RowCountMatch "ref" = 1.0',
    'DetectAnomalies "RowCount"': 'DetectAnomalies "RowCount"',
    'FileFreshness "s3://b/" > (now() - 2 hours)': 'FileFreshness "s3://b/" > (now() - 2 hours)',
    'FileMatch "s3://b/" in ["a.csv"]': 'FileMatch "s3://b/" in ["a.csv"]',
    'FileUniqueness "s3://b/" > 0.5': 'FileUniqueness "s3://b/" > 0.5',
    'FileSize "s3://b/" between 1 KB and 5MB': 'FileSize "s3://b/" between 1 KB and 5 MB',
    "RowCount > avg(last(10))*0.8": "RowCount > avg(last(10)) * 0.8",
    'IsComplete "a" labels = ["team"="hr"]': 'IsComplete "a"',
    '(IsComplete "a") and (IsUnique "a") and (RowCount > 1)': (
        '(IsComplete "a") and (IsUnique "a") and (RowCount > 1)'
    ),
    'RowCount between 1 and 5 AND IsUnique "a" OR IsComplete "b"': (
        '((RowCount between 1 and 5) and (IsUnique "a")) or (IsComplete "b")'
    ),
    '((RowCount > 1) and ((IsUnique "a") or (IsComplete "b"))) labels=["x"="y"]': (
        '(RowCount > 1) and ((IsUnique "a") or (IsComplete "b"))'
    ),
}


@pytest.mark.parametrize(("written", "canonical"), VALID.items())
def test_valid_rules_have_one_canonical_spelling(written: str, canonical: str) -> None:
    assert [rule.text for rule in parse(f"Rules = [ {written} ]").rules] == [canonical]


def test_a_rule_carries_its_parts() -> None:
    text = (
        '# nightly\nRules = [\n  ColumnValues "a" > 2*3 where "b" with threshold >= 0.5 labels = ["k"="v"],\n'
        "  RowCount > 1 ]"
    )
    rule = parse(text).rules[0]
    assert (rule.rule_type, rule.columns, rule.line, rule.column) == ("ColumnValues", ("a",), 3, 3)
    assert (rule.where, rule.labels, rule.row_level, rule.has_threshold) == ("b", (("k", "v"),), True, True)
    assert rule.condition is not None
    assert rule.condition.operands[0].value == Decimal(6)


def test_a_composite_carries_its_rules() -> None:
    rule = parse('Rules = [ (IsComplete "a") and (ColumnValues "b" > 1 with threshold > 0.5) ]').rules[0]
    assert (rule.rule_type, rule.operator, rule.columns) == ("Composite", "and", ("a", "b"))
    assert [part.rule_type for part in rule.parts] == ["IsComplete", "ColumnValues"]
    assert (rule.row_level, rule.has_threshold) == (True, True)
    assert not parse('Rules = [ (IsComplete "a") or (RowCount > 1) ]').rules[0].row_level


def test_only_parameters_that_are_columns_are_columns() -> None:
    rules = 'CustomSql "select 1" > 0, ColumnNamesMatchPattern "x", ReferentialIntegrity "a, b" "r.{x,y}" = 1'
    assert [rule.columns for rule in parse(f"Rules = [ {rules} ]").rules] == [(), (), ("a", "b")]


def test_variables_stand_for_their_values() -> None:
    text = (
        'codes = ["a", "b"]\nextra = "c"\nRules = [ ColumnValues "x" in $codes, ColumnValues "y" = $extra ]'
    )
    assert [rule.text for rule in parse(text).rules] == [
        'ColumnValues "x" in ["a", "b"]',
        'ColumnValues "y" = "c"',
    ]
    with pytest.raises(DqdlError):  # and are forgotten with their text
        parse('Rules = [ ColumnValues "x" in $codes ]')


REFUSED = [  # what Deequ cannot evaluate: rule, part of the message
    ('DetectAnomalies "RowCount"', "rule type DetectAnomalies is not supported by the deequ engine"),
    ('FileSize "s3://b/" > 5 MB', "rule type FileSize is not supported by the deequ engine"),
    ('CustomSql "select a from primary"', "CustomSql without a condition"),
    ('CustomSql "select 1" > 0 with threshold > 0.5', "CustomSql with a condition and a threshold"),
    ('ColumnLength "a" != 3', "ColumnLength != 3 is not supported"),
    ('ColumnLength "a" not in [0, 3]', "ColumnLength not in [0, 3] is not supported"),
    ('ColumnValues "a" > "9:30 AM"', "a time of day"),
    ('ColumnDataType "a" = "Money"', "the type 'Money'"),
    ('ColumnDataType "a" = "Decimal"', "the type 'Decimal'"),
    ('ColumnDataType "a" matches "Date"', "ColumnDataType matches is not supported"),
]


@pytest.mark.parametrize(("rule", "message"), REFUSED)
def test_what_deequ_cannot_evaluate_parses_but_is_a_problem(rule: str, message: str) -> None:
    text = f"Rules = [\n {rule} ]"
    assert len(parse(text).rules) == 1
    (problem,) = problems(text)
    assert (problem.line, problem.column) == (2, 2)
    assert message in problem.message


def test_all_problems_come_at_once_in_the_order_of_the_text() -> None:
    text = (
        'Rules = [ FileSize > 5 MB,\n IsComplet "a",\n RowCount > 0,\n'
        ' (RowCount) or (FileMatch "x" in ["y"]) ]\n'
        'Analyzers = [ AllStatistics "AllColumns", Completeness "a" ]'
    )
    assert [(problem.line, problem.column) for problem in problems(text)] == [
        (1, 11),
        (2, 2),
        (4, 3),
        (4, 17),
        (5, 15),
        (5, 43),
    ]


def test_the_sections_of_a_document_are_accepted() -> None:
    text = (
        'Metadata = { "Version": "1.0" }\nDataSources = { "Primary": "p", "AdditionalDataSources": ["r"] }\n'
        'DefaultLabels = [ "team"="hr" ]\nRules = [ RowCount > 0 ]\nAnalyzers = [ RowCount ]'
    )
    assert [rule.text for rule in parse(text).rules] == ["RowCount > 0"]
    assert [problem.message.split()[0] for problem in problems(text)] == ["Analyzers:"]


def test_parsing_needs_no_spark() -> None:
    code = "import sys, quality.dqdl, quality.judge; sys.exit('pyspark' in sys.modules)"
    assert subprocess.run([sys.executable, "-c", code], check=False).returncode == 0
