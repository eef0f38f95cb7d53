"""Profiles and suggestions against DuckDB and plain Python, on data that has everything wrong with it."""

from __future__ import annotations

import random
import re
from collections import Counter
from pathlib import Path
from typing import Any

import duckdb
import pytest
from pyspark.sql import SparkSession

from quality.dqdl import parse
from quality.profiling.model import ColumnProfile, Profile
from quality.profiling.profile import profile
from quality.profiling.suggest import suggest

COLUMNS = (
    "account_id bigint, code string, amount double, fee decimal(12,2), born date, at timestamp, "
    "active boolean, `na me.ü` string, as_text string, noted array<int>, empty string"
)
FORMS = ["PRIJEM", "VYDAJ", "VYBER", None]


def rows(count: int) -> list[tuple[Any, ...]]:
    """Berka-like transactions: NULLs, NaN, texts of all scripts, empty and blank ones."""
    from datetime import UTC, date, datetime, timedelta
    from decimal import Decimal

    chance = random.Random(7)
    made = []
    for number in range(count):
        made.append(
            (
                number,
                chance.choice(FORMS),
                float("nan") if number % 50 == 3 else chance.choice([None, number / 7, -1.5]),
                Decimal(number) / 4,
                date(1993, 1, 1) + timedelta(days=number % 90) if number % 5 else None,
                datetime(1993, 1, 1, tzinfo=UTC) + timedelta(minutes=number),
                chance.choice([True, False, None]),
                chance.choice(["žluťoučký kůň", "", "  ", "日本", "Ab-12", "a\nb", None]),
                chance.choice(["17", "-3", "12.50", "1993-01-05", "007"]),
                [number] if number % 2 else None,
                None,
            )
        )
    return made


@pytest.fixture(scope="module")
def held(spark: SparkSession) -> tuple[list[tuple[Any, ...]], Profile]:
    made = rows(1200)
    return made, profile(spark.createDataFrame(made, COLUMNS).coalesce(2))


def column(found: Profile, name: str) -> ColumnProfile:
    return next(one for one in found.columns if one.name == name)


def test_counts_ranges_and_lengths_are_those_of_duckdb(
    spark: SparkSession, held: tuple[list[tuple[Any, ...]], Profile], tmp_path: Path
) -> None:
    made, found = held
    spark.createDataFrame(made, COLUMNS).coalesce(1).write.parquet(str(tmp_path / "rows"))
    stored = duckdb.read_parquet(str(tmp_path / "rows" / "*.parquet"))
    assert found.rows == 1200
    for one in found.columns:
        if one.kind == "other":
            assert one.nulls == 600
            continue
        if one.name == "at":  # DuckDB needs an extension for zones
            assert (one.minimum, one.maximum) == ("1993-01-01 00:00:00", "1993-01-01 19:59:00")
            continue
        name = f'"{one.name}"'
        value = f"CASE WHEN NOT isnan({name}) THEN {name} END" if one.name == "amount" else name
        [seen] = duckdb.sql(
            f"SELECT count(*) - count({name}), count(DISTINCT {name}), min({value}), max({value}) FROM stored"
        ).fetchall()
        assert (one.nulls, str(one.minimum), str(one.maximum)) == (seen[0], *map(_text, seen[2:])), one.name
        assert one.distinct is not None
        assert abs(one.distinct - seen[1]) <= (0 if one.exact else 0.15 * seen[1]), one.name
        if one.kind == "text":
            lengths = duckdb.sql(f"SELECT min(length({name})), max(length({name})) FROM stored").fetchall()
            assert [(one.min_length, one.max_length)] == lengths, one.name
        if one.kind == "number":
            [[mean]] = duckdb.sql(f"SELECT avg(CAST({value} AS DOUBLE)) FROM stored").fetchall()
            assert one.mean == pytest.approx(mean)
    assert stored.columns[0] == "account_id"


def _text(value: object) -> str:
    if isinstance(value, bool):
        return str(value).lower()
    return str(value)


def test_values_and_forms_are_counted_exactly(held: tuple[list[tuple[Any, ...]], Profile]) -> None:
    made, found = held
    codes = Counter(row[1] for row in made if row[1] is not None)
    assert {one.value: one.rows for one in column(found, "code").top} == dict(codes)
    texts = Counter(row[7] for row in made if row[7] is not None)
    assert {one.value: one.rows for one in column(found, "na me.ü").top} == dict(texts)
    forms = {one.value: one.rows for one in column(found, "na me.ü").patterns}
    assert forms["Aa-99"] == texts["Ab-12"]
    assert forms["üü"] == texts["日本"]
    assert column(found, "amount").nan == sum(row[2] != row[2] for row in made)
    reads = column(found, "na me.ü").reads_as
    assert (reads["empty"], reads["blank"]) == (texts[""], texts["  "])
    assert found.keys[0] == "account_id"
    assert column(found, "at").unique
    assert not column(found, "born").unique


def test_what_texts_are_read_as(held: tuple[list[tuple[Any, ...]], Profile]) -> None:
    made, found = held
    texts = Counter(row[8] for row in made)
    one = column(found, "as_text")
    assert one.reads_as == {
        "int": texts["17"] + texts["-3"] + texts["007"],
        "decimal": texts["12.50"],
        "date": texts["1993-01-05"],
    }
    assert (one.whole, one.fraction, one.leading_zeros) == (2, 2, texts["007"])


def test_no_rows_and_no_columns(spark: SparkSession) -> None:
    found = profile(spark.createDataFrame([], COLUMNS))
    assert (found.rows, found.keys, len(found.columns)) == (0, (), 11)
    assert suggest(found).rules == ()
    assert profile(spark.range(3).select("id").drop("id")).rows == 3


def test_every_rule_is_dqdl_and_has_the_support_it_claims(
    held: tuple[list[tuple[Any, ...]], Profile],
) -> None:
    made, found = held
    suggested = suggest(found, 0.8)
    text = "Rules = [\n" + ",\n".join(rule.text for rule in suggested.rules) + "\n]"
    assert len(parse(text).rules) == len(suggested.rules)
    by_text = {rule.text: (rule.rows, rule.judged) for rule in suggested.rules}
    assert by_text['IsPrimaryKey "account_id"'] == (1200, 1200)
    with_code = sum(row[1] is not None for row in made)
    listed = 'ColumnValues "code" in ["PRIJEM", "VYBER", "VYDAJ"] where "`code` is not null"'
    assert by_text[listed] == (with_code, with_code)
    with_date = sum(row[4] is not None for row in made)
    assert by_text['Completeness "born" >= 0.80'] == (with_date, 1200)
    assert {one.name: one.found.type for one in suggested.columns}["as_text"] == "string"


def test_a_form_that_most_texts_have_becomes_an_expression(spark: SparkSession) -> None:
    texts = [f"AB-{number:04d}" for number in range(97)] + ["x", "y-1", "AB-12345"]
    found = profile(spark.createDataFrame([(text,) for text in texts], "code string"))
    [rule] = [rule for rule in suggest(found).rules if "matches" in rule.text]
    expression = re.search('matches "(.*?)"', rule.text)
    assert expression is not None
    fitting = sum(re.fullmatch(expression[1], text) is not None for text in texts)
    assert (rule.rows, rule.judged) == (fitting, 100)
    assert rule.text.endswith("with threshold >= 0.97")
