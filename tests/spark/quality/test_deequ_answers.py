"""From Deequ's answers to verdicts, without a session."""

from __future__ import annotations

from decimal import Decimal

import pytest

from quality.answer import Answer
from quality.dqdl import Rule, parse
from quality.engines.deequ.answers import Answers, conclude
from quality.engines.deequ.questions import questions
from quality.engines.outcomes import read_answer
from quality.holds import holds


def rule(text: str) -> Rule:
    return parse(f"Rules = [ {text} ]").rules[0]


@pytest.mark.parametrize(
    ("condition", "good", "bad"),
    [
        ("= 1", ["1", "1.0"], ["2"]),
        ("!= 1", ["2"], ["1"]),
        ("> 1", ["1.1"], ["1", "0"]),
        (">= 1", ["1"], ["0.9"]),
        ("< 1", ["0"], ["1"]),
        ("<= 1", ["1"], ["1.1"]),
        ("between 1 and 3", ["2"], ["1", "3", "4"]),
        ("not between 1 and 3", ["1", "3", "4"], ["2"]),
        ("in [1, 2]", ["2"], ["3"]),
        ("not in [1, 2]", ["3"], ["2"]),
    ],
)
def test_numeric_conditions(condition: str, good: list[str], bad: list[str]) -> None:
    parsed = rule(f"RowCount {condition}").condition
    assert parsed is not None
    assert [number for number in good if not holds(parsed, Decimal(number))] == []
    assert [number for number in bad if holds(parsed, Decimal(number))] == []


@pytest.mark.parametrize(
    ("text", "asked"),
    [
        ('IsComplete "a"', ('IsComplete "a"',)),
        ('IsPrimaryKey "a"', ('IsPrimaryKey "a"',)),
        (
            'IsPrimaryKey "a" "b" where "c"',
            ('IsPrimaryKey "a" "b" where "c"', 'IsComplete "a" where "c"', 'IsComplete "b" where "c"'),
        ),
        ('ColumnLength "a" > 1', ('ColumnLength "a" > 1', 'IsComplete "a"')),
        ('ColumnLength "a" < 9', ('ColumnLength "a" < 9',)),
        ('ColumnValues "a" > 1 with threshold > 0.5', ('ColumnValues "a" > 1',)),
        ('ColumnValues "a" matches "M|F"', ('ColumnValues "a" matches "(?:M|F)"',)),
        (
            'ColumnDataType "a" = "Date" with threshold > 0.5',
            ('ColumnDataType "a" = "Date" with threshold > 0.5',),
        ),
    ],
)
def test_what_deequ_is_asked(text: str, asked: tuple[str, ...]) -> None:
    assert questions(rule(text)) == asked


@pytest.mark.parametrize("outcome", ["Failed", "Skipped", ""])
def test_anything_but_passed_is_failed_with_a_reason(outcome: str) -> None:
    answer = read_answer("Deequ", outcome, None, {"m": float("nan")})
    assert not answer.passed
    assert answer.reason
    assert answer.metrics == {}


def test_repeated_reasons_are_said_once_and_long_ones_cut() -> None:
    assert read_answer("Deequ", "Failed", "Value: 1\nValue: 1", {}).reason == "Value: 1"
    assert len(read_answer("Deequ", "Failed", "x" * 9000, {}).reason) == 500


@pytest.mark.parametrize(("operator", "passed"), [("and", False), ("or", True)])
def test_composites(operator: str, passed: bool) -> None:
    known = {
        'IsComplete "a"': Answer(passed=True, metrics={"a": 1.0}),
        'IsUnique "a"': Answer(passed=False, reason="Value: 0.5", metrics={"b": 0.5}),
    }
    found = conclude(rule(f'(IsComplete "a") {operator} (IsUnique "a")'), Answers(known, rows=3))
    assert found.passed is passed
    assert found.reason == ("" if passed else "Value: 0.5")
    assert found.metrics == {"a": 1.0, "b": 0.5}
