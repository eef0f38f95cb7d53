"""Rules about the table and statistics of columns: text of the rule -> model."""

from __future__ import annotations

from quality.dqdl.model import Rule
from tests.unit.quality.corpus.making import (
    function,
    last,
    number,
    numbers,
    of_last,
    texts,
    than,
)

A, AB = ("a",), ("a", "b")
HALF = numbers(">", "0.5")

STATISTICS: list[tuple[str, Rule]] = [
    ("RowCount > 0", Rule("RowCount", condition=numbers(">", "0"))),
    ("RowCount >= 10", Rule("RowCount", condition=numbers(">=", "10"))),
    ("RowCount=3", Rule("RowCount", condition=numbers("=", "3"))),
    ("RowCount !=3", Rule("RowCount", condition=numbers("!=", "3"))),
    ("RowCount ! = 3", Rule("RowCount", condition=numbers("!=", "3"))),
    ("RowCount < 10", Rule("RowCount", condition=numbers("<", "10"))),
    ("RowCount <= 10", Rule("RowCount", condition=numbers("<=", "10"))),
    ("RowCount between 1 and 6", Rule("RowCount", condition=numbers("between", "1", "6"))),
    ("RowCount not between 1 and 6", Rule("RowCount", condition=numbers("not between", "1", "6"))),
    ("RowCount in [1,2, 3]", Rule("RowCount", condition=numbers("in", "1", "2", "3"))),
    ("RowCount not in [0]", Rule("RowCount", condition=numbers("not in", "0"))),
    (
        "RowCount > 5 where \"year = '2024'\"",
        Rule("RowCount", condition=numbers(">", "5"), where="year = '2024'"),
    ),
    ("RowCount > 10 + 10", Rule("RowCount", condition=numbers(">", "20"))),
    ("RowCount > 10 - 2 - 3", Rule("RowCount", condition=numbers(">", "5"))),
    ("RowCount > 2 * 3 + 1", Rule("RowCount", condition=numbers(">", "7"))),
    ("RowCount > 10 - (2 * 3)", Rule("RowCount", condition=numbers(">", "4"))),
    ("RowCount > 9 / 2", Rule("RowCount", condition=numbers(">", "4.5"))),
    ("RowCount > ((5))", Rule("RowCount", condition=numbers(">", "5"))),
    ("ColumnCount = 10", Rule("ColumnCount", condition=numbers("=", "10"))),
    ("ColumnCount between 10 and 20", Rule("ColumnCount", condition=numbers("between", "10", "20"))),
    ("ColumnCount in [10, 20]", Rule("ColumnCount", condition=numbers("in", "10", "20"))),
    ('ColumnExists "middle name"', Rule("ColumnExists", ("middle name",))),
    ("ColumnExists load_dt", Rule("ColumnExists", ("load_dt",))),
    ("ColumnExists person.name", Rule("ColumnExists", ("person.name",))),
    ("ColumnExists _private", Rule("ColumnExists", ("_private",))),
    (
        'ColumnNamesMatchPattern "aws_.*_[a-zA-Z0-9]+"',
        Rule("ColumnNamesMatchPattern", ("aws_.*_[a-zA-Z0-9]+",)),
    ),
    ('IsComplete "order-id"', Rule("IsComplete", ("order-id",))),
    ("IsComplete of a", Rule("IsComplete", A)),
    ('IsComplete OF "a"', Rule("IsComplete", A)),
    ('IsComplete "a" where "b is NOT NULL"', Rule("IsComplete", A, where="b is NOT NULL")),
    (
        'IsComplete "a" where "b = \\"x\\" and c in (\'y\')"',
        Rule("IsComplete", A, where="b = \\\"x\\\" and c in ('y')"),
    ),
    ('Completeness "a" = 1.0', Rule("Completeness", A, numbers("=", "1.0"))),
    (
        'Completeness of "col-A" between 0.4 and 1',
        Rule("Completeness", ("col-A",), numbers("between", "0.4", "1")),
    ),
    ('Completeness "a" > 0.5 where "b = 10"', Rule("Completeness", A, HALF, where="b = 10")),
    ('Completeness "a" not in [0, 0.5]', Rule("Completeness", A, numbers("not in", "0", "0.5"))),
    ('IsUnique "email"', Rule("IsUnique", ("email",))),
    ('IsUnique "a" "b"', Rule("IsUnique", AB)),
    ('IsUnique "a" where "b > 1"', Rule("IsUnique", A, where="b > 1")),
    ('Uniqueness "email" = 1.0', Rule("Uniqueness", ("email",), numbers("=", "1.0"))),
    ('Uniqueness "a" "b" = 1', Rule("Uniqueness", AB, numbers("=", "1"))),
    ('Uniqueness "a" != 1.0 where "b < 10"', Rule("Uniqueness", A, numbers("!=", "1.0"), where="b < 10")),
    ('UniqueValueRatio "a" between 0 and 0.5', Rule("UniqueValueRatio", A, numbers("between", "0", "0.5"))),
    ('UniqueValueRatio "a" > 0.5', Rule("UniqueValueRatio", A, HALF)),
    ('DistinctValuesCount "State" > 3', Rule("DistinctValuesCount", ("State",), numbers(">", "3"))),
    (
        'DistinctValuesCount "a" < 6 where "b < 10"',
        Rule("DistinctValuesCount", A, numbers("<", "6"), where="b < 10"),
    ),
    ('IsPrimaryKey "id"', Rule("IsPrimaryKey", ("id",))),
    ('IsPrimaryKey a "b" "col C"', Rule("IsPrimaryKey", ("a", "b", "col C"))),
    ('IsPrimaryKey "a" "b" where "c = 1"', Rule("IsPrimaryKey", AB, where="c = 1")),
    ('ColumnCorrelation "a" "b" > 0.8', Rule("ColumnCorrelation", AB, numbers(">", "0.8"))),
    (
        'ColumnCorrelation "a" "b" between -0.8 and -0.3',
        Rule("ColumnCorrelation", AB, numbers("between", "-0.8", "-0.3")),
    ),
    ('ColumnCorrelation of "a" and "b" < 0.5', Rule("ColumnCorrelation", AB, numbers("<", "0.5"))),
    ('ColumnCorrelation "a" "b" > 0.5 where "c < 10"', Rule("ColumnCorrelation", AB, HALF, where="c < 10")),
    ('Entropy "Star_Rating" > 1', Rule("Entropy", ("Star_Rating",), numbers(">", "1"))),
    ('Entropy "a" between 0.5 and 1', Rule("Entropy", A, numbers("between", "0.5", "1"))),
    ('Mean "a" > 3', Rule("Mean", A, numbers(">", "3"))),
    ('Mean "a" between -80 and 100', Rule("Mean", A, numbers("between", "-80", "100"))),
    ('Mean "a" > - 3', Rule("Mean", A, numbers(">", "-3"))),
    ('Mean "a" < 6.2 where "b < 10"', Rule("Mean", A, numbers("<", "6.2"), where="b < 10")),
    ('StandardDeviation "a" < 1.5', Rule("StandardDeviation", A, numbers("<", "1.5"))),
    (
        'StandardDeviation "a" <= 1.5 where "b < 10"',
        Rule("StandardDeviation", A, numbers("<=", "1.5"), where="b < 10"),
    ),
    ('Variance "a" < 2.25', Rule("Variance", A, numbers("<", "2.25"))),
    ('Sum "a" > 500000', Rule("Sum", A, numbers(">", "500000"))),
    ('Sum "a" < 55600 where "b < 10"', Rule("Sum", A, numbers("<", "55600"), where="b < 10")),
    ('DetectAnomalies "RowCount"', Rule("DetectAnomalies", ("RowCount",))),
    ('DetectAnomalies "ColumnLength" "id"', Rule("DetectAnomalies", ("ColumnLength", "id"))),
    ('DetectAnomalies "ColumnCorrelation" "a" "b"', Rule("DetectAnomalies", ("ColumnCorrelation", "a", "b"))),
    ("DetectAnomalies RowCount", Rule("DetectAnomalies", ("RowCount",))),
    (
        'CustomSql "select count(*) from primary" between 10 and 20',
        Rule("CustomSql", ("select count(*) from primary",), numbers("between", "10", "20")),
    ),
    (
        'CustomSql "select id from primary where age < 100"',
        Rule("CustomSql", ("select id from primary where age < 100",)),
    ),
    (
        'CustomSql "select ID from primary where age > 10" with threshold > 0.5',
        Rule("CustomSql", ("select ID from primary where age > 10",), threshold=HALF),
    ),
    (
        'CustomSql "select 1\n  from primary" = 1',
        Rule("CustomSql", ("select 1\n  from primary",), numbers("=", "1")),
    ),
    # dynamic
    ("RowCount > last()", Rule("RowCount", condition=than(">", function("last()", "last")))),
    ("RowCount > last(1)", Rule("RowCount", condition=than(">", last(1)))),
    ("RowCount > avg(last(5))", Rule("RowCount", condition=than(">", of_last("avg", 5)))),
    (
        "RowCount > avg(last(10))*0.6",
        Rule(
            "RowCount",
            condition=than(">", function("avg(last(10)) * 0.6", "*", of_last("avg", 10), number("0.6"))),
        ),
    ),
    (
        'DistinctValuesCount "a" between min(last(10))-1 and max(last(10))+1',
        Rule(
            "DistinctValuesCount",
            A,
            than(
                "between",
                function("min(last(10)) - 1", "-", of_last("min", 10), number("1")),
                function("max(last(10)) + 1", "+", of_last("max", 10), number("1")),
            ),
        ),
    ),
    (
        'UniqueValueRatio "a" <= index(last(10),2) + std(last(5))',
        Rule(
            "UniqueValueRatio",
            A,
            than(
                "<=",
                function(
                    "index(last(10), 2) + std(last(5))",
                    "+",
                    function("index(last(10), 2)", "index", last(10), number("2")),
                    of_last("std", 5),
                ),
            ),
        ),
    ),
    (
        'Mean "a" > (avg(last(3)) + 2) / 2',
        Rule(
            "Mean",
            A,
            than(
                ">",
                function(
                    "(avg(last(3)) + 2) / 2",
                    "/",
                    function("(avg(last(3)) + 2)", "+", of_last("avg", 3), number("2")),
                    number("2"),
                ),
            ),
        ),
    ),
    ('Sum "a" > median(last(7))', Rule("Sum", A, than(">", of_last("median", 7)))),
    ('Sum "a" < sum(last(7))', Rule("Sum", A, than("<", of_last("sum", 7)))),
    (
        'Entropy "a" > percentile(last(20), 0.25)',
        Rule(
            "Entropy",
            A,
            than(">", function("percentile(last(20), 0.25)", "percentile", last(20), number("0.25"))),
        ),
    ),
    (
        'Mean "a" > abs(last())',
        Rule("Mean", A, than(">", function("abs(last())", "abs", function("last()", "last")))),
    ),
    (
        'ColumnCorrelation "a" "b" in [avg(last(10)), 1]',
        Rule("ColumnCorrelation", AB, than("in", of_last("avg", 10), number("1"))),
    ),
    (
        'ColumnDataType "a" = "Integer" with threshold > avg(last(3))',
        Rule("ColumnDataType", A, texts("=", "Integer"), threshold=than(">", of_last("avg", 3))),
    ),
]
