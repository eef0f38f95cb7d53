"""The parts of the inline engine that need no Spark: columns, literals, and what numbers mean."""

from __future__ import annotations

from datetime import UTC, datetime
from decimal import Decimal

import pytest

from quality.dqdl import Rule, parse
from quality.engines.inline.check import Facts, Grouping, Groups
from quality.engines.inline.frame import Column, Frame
from quality.engines.inline.judging import number
from quality.engines.inline.rules import load
from quality.engines.inline.sql import comparable
from quality.engines.inline.times import day, hours
from quality.engines.refusals import UnjudgeableError

NOW = datetime(2024, 6, 15, 12, tzinfo=UTC)
FRAME = Frame(
    {
        "id": "bigint",
        "Name": "string",
        "name": "string",
        "a.b": "int",
        "a": "struct<b:date,c:date>",
        "x`y": "int",
    },
    NOW,
    {"a.b": Column("`a`.`b`", "date"), "a.c": Column("`a`.`c`", "date")},
)


def rule(text: str) -> Rule:
    return parse(f"Rules = [ {text} ]").rules[0]


@pytest.mark.parametrize(
    ("name", "sql"),
    [
        ("id", "`id`"),
        ("ID", "`id`"),
        ("Name", "`Name`"),
        ("a.b", "`a.b`"),
        ("`a.b`", "`a.b`"),
        ("a.c", "`a`.`c`"),
        ("x`y", "`x``y`"),
    ],
)
def test_a_name_means_the_column_that_is_called_so(name: str, sql: str) -> None:
    assert FRAME.column(name).sql == sql


@pytest.mark.parametrize("name", ["NAME", "b", "a.d", "id "])
def test_a_name_that_means_no_one_column(name: str) -> None:
    with pytest.raises(UnjudgeableError, match="the data has no column"):
        FRAME.column(name)


@pytest.mark.parametrize(
    ("kind", "values", "expected"),
    [
        ("bigint", ["9007199254740993"], ("`c`", ["9007199254740993L"])),
        ("int", ["-9223372036854775808"], ("`c`", ["-9223372036854775808BD"])),
        ("int", ["0.5", "1"], ("`c`", ["0.5BD", "1BD"])),
        ("decimal(10,2)", ["0.125"], ("`c`", ["0.125BD"])),
        ("decimal(38,18)", ["0.1234567890123456789"], ("CAST(`c` AS DOUBLE)", None)),
        ("double", ["0.1"], ("`c`", ["CAST('0.1' AS DOUBLE)"])),
        ("float", ["0.1"], ("CAST(CAST(`c` AS STRING) AS DOUBLE)", ["CAST('0.1' AS DOUBLE)"])),
    ],
)
def test_numbers_are_compared_exactly_where_types_allow(
    kind: str, values: list[str], expected: tuple[str, list[str] | None]
) -> None:
    sql, literals = comparable(Column("`c`", kind), [Decimal(value) for value in values])
    assert sql == expected[0]
    assert literals == (expected[1] or [f"CAST('{values[0]}' AS DOUBLE)"])


@pytest.mark.parametrize(
    ("value", "condition", "rounded", "passed"),
    [
        (0.1 + 0.2, "= 0.3", True, True),
        (0.1 + 0.2, "= 0.3", False, False),
        (0.1 + 0.2, "> 0.3", True, False),
        (0.1 + 0.2, "in [0.3, 5]", True, True),
        (0.300001, "= 0.3", True, False),
        (1999999 / 2000000, "= 1.0", False, False),
        (float("nan"), "!= 3", True, False),
        (None, "!= 3", True, False),
        (float("inf"), "> 3", True, True),
        (5, "not between 5 and 7", False, True),
    ],
)
def test_a_statistic_against_its_condition(
    value: float | None, condition: str, rounded: bool, passed: bool
) -> None:
    wanted = rule(f'Mean "c" {condition}').condition
    assert wanted is not None
    answer = number("Mean", value, wanted, metric="m", rounded=rounded)
    assert (answer.passed, bool(answer.reason)) == (passed, not passed)
    assert set(answer.metrics) == ({"m"} if value not in (None, float("inf")) and value == value else set())


def test_days_and_durations() -> None:
    operands = [
        rule(f'ColumnValues "d" > {text}').condition
        for text in ('"2024-01-31"', "now()", "(now() - 3 days)", "(now() + 90 minutes)")
    ]
    now = int(NOW.timestamp())
    assert [day(one.operands[0], NOW) for one in operands if one] == [
        "TO_DATE('2024-01-31')",
        f"TO_DATE(TIMESTAMP_SECONDS({now}))",
        f"TO_DATE(TIMESTAMP_SECONDS({now - 3 * 86400}))",
        f"TO_DATE(TIMESTAMP_SECONDS({now + 5400}))",
    ]
    assert [hours(text) for text in ("2 days", "5 hours", "45 minutes", "1 minutes")] == [
        Decimal("48"),
        Decimal("5"),
        Decimal("0.75"),
        Decimal("0.0167"),
    ]


def test_texts_become_literals_and_never_syntax() -> None:
    text = """ColumnValues "Name" in ["a'b", "c\\\\d", "') or (1=1"]"""
    check = load().get("ColumnValues").compile(rule(text), FRAME)
    assert r"IN ('a\'b', 'c\\d', '\') or (1=1')" in check.fails


def test_two_rules_about_the_same_values_share_one_grouping() -> None:
    kinds = load()
    asked = {
        grouping
        for text in ('IsUnique "id"', 'Entropy "ID" > 1', 'DistinctValuesCount "id" > 1', 'IsPrimaryKey "id"')
        for grouping in kinds.get(rule(text).rule_type).compile(rule(text), FRAME).groupings
    }
    assert asked == {Grouping(("`id`",))}


@pytest.mark.parametrize(
    ("text", "groups", "passed"),
    [
        ('Uniqueness "id" > 0.5', Groups(), True),
        ('Uniqueness "id" > 0.5', Groups(nulls=3), False),
        ('IsUnique "id"', Groups(nulls=3), True),
        ('UniqueValueRatio "id" = 0.5', Groups(rows=3, distinct=2, unique=1), True),
        ('DistinctValuesCount "id" = 3', Groups(rows=3, distinct=2, unique=1, nulls=4), True),
        ('Entropy "id" = 0', Groups(), False),
    ],
)
def test_what_groups_say(text: str, groups: Groups, passed: bool) -> None:
    check = load().get(rule(text).rule_type).compile(rule(text), FRAME)
    answer = check.conclude(Facts(groups={check.groupings[0]: groups}))
    assert answer.passed is passed
