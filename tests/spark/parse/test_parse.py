"""Typed parsing, row by row, with what Python itself makes of the same text."""

from __future__ import annotations

from datetime import UTC, date, datetime
from decimal import Decimal
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from pyspark.sql import Row, SparkSession
from pyspark.sql import functions as F

from etl_core.config.models.columns import Column, Drift
from etl_core.errors import ConfigError, SourceError
from etl_core.names import ERRORS, FLAWED, PROBLEM, RAW_LINE, ROW
from etl_core.parse import parse
from etl_core.parse.types import conversion, parse_type


def _one(spark: SparkSession, text: str | None, **column: Any) -> tuple[Any, list[Row] | None]:
    rows = spark.createDataFrame([(text,)], "c string")
    row = parse(rows, (Column(name="c", **column),), Drift()).collect()[0]
    assert row[FLAWED] == (row[ERRORS] is not None)
    return row["c"], row[ERRORS]


def _utc(*parts: int) -> datetime:
    return datetime(*parts, tzinfo=UTC).replace(tzinfo=None)  # type: ignore[misc]


GOOD = [
    ("12", {"type": "int"}, 12),
    (" -12 ", {"type": "int"}, -12),
    ("9223372036854775807", {"type": "bigint"}, 2**63 - 1),
    ("1.25", {"type": "decimal(9,2)"}, Decimal("1.25")),
    ("1e3", {"type": "double"}, 1000.0),
    ("true", {"type": "boolean"}, True),
    ("2024-02-29", {"type": "date"}, date(2024, 2, 29)),
    ("2024-2-9", {"type": "date"}, date(2024, 2, 9)),
    ("2024-02-29", {"type": "timestamp"}, _utc(2024, 2, 29)),
    ("2024-02-29 01:02:03.004", {"type": "timestamp"}, _utc(2024, 2, 29, 1, 2, 3, 4000)),
    ("2024-02-29T01:02:03+01:00", {"type": "timestamp"}, _utc(2024, 2, 29, 0, 2, 3)),
    ("5-Jan-20", {"type": "date", "format": "d-MMM-yy"}, date(2020, 1, 5)),
    ("15-JAN-20", {"type": "date", "format": "d-MMM-yy"}, date(2020, 1, 15)),
    ("930101", {"type": "date", "format": "yyMMdd"}, date(2093, 1, 1)),
    ("02/01/2020 13:14", {"type": "timestamp", "format": "dd/MM/yyyy HH:mm"}, _utc(2020, 1, 2, 13, 14)),
    ("", {"type": "string"}, ""),
]


@pytest.mark.parametrize(("text", "column", "expected"), GOOD)
def test_a_value_that_parses(
    spark: SparkSession, text: str, column: dict[str, Any], expected: object
) -> None:
    assert _one(spark, text, **column) == (expected, None)


BAD = [
    ("", {"type": "int"}, "not an int"),
    ("1.5", {"type": "int"}, "not an int"),
    ("2147483648", {"type": "int"}, "not an int"),
    ("12a", {"type": "smallint"}, "not a smallint"),
    ("1234.5", {"type": "decimal(5,2)"}, "not a decimal(5,2)"),
    ("maybe", {"type": "boolean"}, "not a boolean"),
    ("2024-02-30", {"type": "date"}, "not a date in ISO 8601; set the column's `format`"),
    ("2024-01-05 junk", {"type": "date"}, "not a date in ISO 8601; set the column's `format`"),
    ("2024", {"type": "date"}, "not a date in ISO 8601; set the column's `format`"),
    ("12:30:00", {"type": "timestamp"}, "not a timestamp in ISO 8601; set the column's `format`"),
    ("5-Jan-2020", {"type": "date", "format": "d-MMM-yy"}, "not a date in the format d-MMM-yy"),
    ("31-Feb-20", {"type": "date", "format": "d-MMM-yy"}, "not a date in the format d-MMM-yy"),
    ("5-Jan-20 x", {"type": "date", "format": "d-MMM-yy"}, "not a date in the format d-MMM-yy"),
    (None, {"type": "int", "nullable": False}, "missing value"),
    (None, {"type": "string", "nullable": False}, "missing value"),
    ("x", {"type": "int", "nullable": False}, "not an int"),
]


@pytest.mark.parametrize(("text", "column", "reason"), BAD)
def test_a_value_that_does_not(
    spark: SparkSession, text: str | None, column: dict[str, Any], reason: str
) -> None:
    assert _one(spark, text, **column) == (None, [Row(column="c", value=text, reason=reason)])


@settings(max_examples=15, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    st.lists(
        st.one_of(st.none(), st.integers(-(2**40), 2**40).map(str), st.text("0123456789-+. e", max_size=5)),
        min_size=30,
        max_size=90,
    )
)
def test_integers_as_python_reads_them(spark: SparkSession, texts: list[str | None]) -> None:
    rows = spark.createDataFrame([(n, text) for n, text in enumerate(texts)], "n int, c string")

    got = (
        parse(rows, (Column(name="c", type="int"), Column(name="n", type="int")), Drift())
        .orderBy("n")
        .collect()
    )

    expected = [_integer(text) for text in texts]
    assert [row["c"] for row in got] == expected
    assert [row[ERRORS] is None for row in got] == [
        text is None or value is not None for text, value in zip(texts, expected, strict=True)
    ]


def _integer(text: str | None) -> int | None:
    try:
        value = int(text or "")
    except ValueError:
        return None
    return value if -(2**31) <= value < 2**31 else None


def test_all_errors_of_a_row_in_the_order_of_the_contract(spark: SparkSession) -> None:
    rows = spark.createDataFrame([("x", "y", "1"), ("1", "2024-01-01", "1")], "a string, b string, c string")
    columns = (Column(name="c", type="int"), Column(name="b", type="date"), Column(name="a", type="int"))

    bad, good = parse(rows, columns, Drift()).collect()

    assert [(error["column"], error["value"]) for error in bad[ERRORS]] == [("b", "y"), ("a", "x")]
    assert bad["c"] == 1
    assert good[ERRORS] is None


def test_columns_out(spark: SparkSession) -> None:
    rows = spark.createDataFrame(
        [("U", "1", "2", "3", 7)], f"Op string, new string, ID string, b string, {ROW} bigint"
    )
    columns = (
        Column(name="b", type="int"),
        Column(name="key", source="id", type="bigint"),
        Column(name="gone", type="date"),
    )

    got = parse(rows, columns, Drift(), passthrough=("op",))

    assert got.dtypes == [
        ("b", "int"),
        ("key", "bigint"),
        ("gone", "date"),
        ("new", "string"),
        ("Op", "string"),
        (ROW, "bigint"),
        (ERRORS, "array<struct<column:string,value:string,reason:string>>"),
        (FLAWED, "boolean"),
    ]
    assert tuple(got.collect()[0]) == (3, 2, None, "1", "U", 7, None, False)


def test_a_new_column_by_drift(spark: SparkSession) -> None:
    rows = spark.createDataFrame([("1", "2")], "a string, new string")
    columns = (Column(name="a"),)

    assert parse(rows, columns, Drift(new_column="drop")).columns == ["a", ERRORS, FLAWED]
    with pytest.raises(SourceError, match="'new'"):
        parse(rows, columns, Drift(new_column="fail"))
    assert parse(rows, columns, Drift(new_column="fail"), passthrough=("new",)).columns == [
        "a",
        "new",
        ERRORS,
        FLAWED,
    ]


def test_a_missing_column_by_drift(spark: SparkSession) -> None:
    rows = spark.createDataFrame([("1",)], "a string")
    columns = (Column(name="a"), Column(name="b", source="B.c", nullable=False))

    assert parse(rows, columns, Drift()).collect()[0][ERRORS] == [
        Row(column="b", value=None, reason="missing value")
    ]
    with pytest.raises(SourceError, match=r"B\.c"):
        parse(rows, columns, Drift(missing_column="fail"))


def test_a_new_column_cannot_take_a_declared_name(spark: SparkSession) -> None:
    rows = spark.createDataFrame([("1", "2")], "id string, number string")

    with pytest.raises(SourceError, match="'id'"):
        parse(rows, (Column(name="id", source="number"),), Drift())


def test_a_source_with_dots(spark: SparkSession) -> None:
    rows = spark.sql(
        "select named_struct('City', 'Oslo', 'no', named_struct('n', '7')) Address, 'x' as `a.b`"
    )
    columns = (
        Column(name="city", source="address.city"),
        Column(name="n", source="Address.no.n", type="int"),
        Column(name="ab", source="a.b"),
    )

    assert [tuple(row) for row in parse(rows, columns, Drift()).collect()] == [("Oslo", 7, "x", None, False)]


def test_a_record_that_could_not_be_split_has_that_one_error(spark: SparkSession) -> None:
    rows = spark.createDataFrame(
        [("x", "torn", "raw line"), ("1", None, None)], f"a string, {PROBLEM} string, {RAW_LINE} string"
    )

    bad, good = parse(rows, (Column(name="a", type="int"),), Drift()).collect()

    assert bad[ERRORS] == [Row(column=None, value="raw line", reason="torn")]
    assert good[ERRORS] is None


def test_of_a_delete_only_keys_and_sequence_count(spark: SparkSession) -> None:
    rows = spark.createDataFrame(
        [("D", "1", ""), ("D", "x", ""), ("U", "1", ""), (None, "1", "")], "Op string, id string, day string"
    )
    columns = (Column(name="id", type="int"), Column(name="day", type="date", nullable=False))

    got = parse(
        rows, columns, Drift(), passthrough=("Op",), relaxed_when=F.expr("Op = 'D'"), always=("id",)
    ).collect()

    assert [[error["column"] for error in row[ERRORS] or []] for row in got] == [[], ["id"], ["day"], ["day"]]


def test_the_condition_may_use_a_typed_column(spark: SparkSession) -> None:
    rows = spark.createDataFrame([("true", "x"), ("no", "x"), ("?", "x")], "gone string, n string")
    columns = (Column(name="gone", type="boolean"), Column(name="n", type="int"))

    got = parse(rows, columns, Drift(), relaxed_when=F.col("gone")).collect()

    assert [[error["column"] for error in row[ERRORS] or []] for row in got] == [[], ["n"], ["gone", "n"]]


def test_types_that_were_not_text(spark: SparkSession) -> None:
    rows = spark.sql("select 5000000000L big, 7 small, 1.5f f, timestamp'2024-01-02 00:00:00' t, 12.345 d")
    columns = (
        Column(name="big", type="int"),
        Column(name="small", type="bigint"),
        Column(name="f", type="double"),
        Column(name="t", type="date"),
        Column(name="d", type="string"),
    )

    row = parse(rows, columns, Drift()).collect()[0]

    assert tuple(row)[:5] == (None, 7, 1.5, date(2024, 1, 2), "12.345")
    assert row[ERRORS] == [Row(column="big", value="5000000000", reason="not an int")]


def test_a_type_that_cannot_become_the_declared_one(spark: SparkSession) -> None:
    rows = spark.sql("select array(1) a")
    columns = (Column(name="a", type="date"),)

    with pytest.raises(SourceError, match="array<int>"):
        parse(rows, columns, Drift())
    row = parse(rows, columns, Drift(changed_type="quarantine")).collect()[0]
    assert row["a"] is None
    assert row[ERRORS][0]["value"] == "[1]"


def test_without_a_contract_all_stays_as_it_is(spark: SparkSession) -> None:
    rows = spark.createDataFrame([("1", 2)], "a string, b int")

    got = parse(rows, (), Drift(new_column="drop"))

    assert [tuple(row) for row in got.collect()] == [("1", 2, None, False)]


def test_many_columns(spark: SparkSession) -> None:
    names = [f"c{number}" for number in range(300)]
    rows = spark.createDataFrame([tuple("1" for _ in names), tuple("x" for _ in names)], names)

    good, bad = parse(rows, [Column(name=name, type="int") for name in names], Drift()).collect()

    assert sum(good[name] for name in names) == 300
    assert [error["column"] for error in bad[ERRORS]] == names


def test_a_type_that_is_none(spark: SparkSession) -> None:
    with pytest.raises(ConfigError, match="nonsense"):
        parse_type("nonsense")


@pytest.mark.parametrize(
    ("source", "target", "expected"),
    [
        ("int", "int", "same"),
        ("int", "bigint", "widening"),
        ("bigint", "int", "checked"),
        ("int", "decimal(10,0)", "widening"),
        ("int", "decimal(9,0)", "checked"),
        ("decimal(9,2)", "decimal(10,2)", "widening"),
        ("decimal(9,2)", "decimal(9,3)", "checked"),
        ("float", "double", "widening"),
        ("bigint", "double", "checked"),
        ("date", "string", "widening"),
        ("string", "array<int>", "impossible"),
        ("struct<a:int>", "struct<a:bigint>", "checked"),
        ("struct<a:int>", "struct<a:int,b:int>", "impossible"),
        ("date", "int", "impossible"),
    ],
)
def test_conversions(spark: SparkSession, source: str, target: str, expected: str) -> None:
    assert conversion(parse_type(source), parse_type(target)) == expected
