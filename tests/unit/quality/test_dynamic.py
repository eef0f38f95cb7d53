"""Functions of earlier results, against numbers worked out by hand and by Python's own statistics."""

from __future__ import annotations

import math
import statistics
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from quality.dqdl import Rule, parse
from quality.dynamic import in_numbers, looks_back, resolved, unresolved
from quality.earlier import Earlier

COUNT = ("RowCount", "Dataset.*.RowCount")


def rule(text: str, *results: float, problem: str = "") -> Rule:
    """Resolved, with the results of row counts, the newest first."""
    ruleset = resolved(parse(f"Rules = [ {text} ]"), Earlier({COUNT: results} if results else {}, problem))
    return ruleset.rules[0]


def value(expression: str, *results: float) -> Decimal:
    condition = rule(f"RowCount > {expression}", *results).condition
    assert condition is not None
    found = condition.operands[0].value
    assert isinstance(found, Decimal), found
    return found


@pytest.mark.parametrize(
    ("expression", "expected"),
    [
        ("last()", 8),
        ("avg(last(3))", 6),
        ("avg(last(10))", 5),  # fewer than ten: all there are
        ("sum(last(2))", 12),
        ("min(last(3))", 4),
        ("max(last(4))", 8),
        ("median(last(3))", 6),
        ("median(last(4))", 5),
        ("std(last(2))", 2),  # of the population: half the distance
        ("std(last(1))", 0),
        ("index(last(4), 0)", 8),
        ("index(last(4), 3)", 2),
        ("percentile(last(4), 0)", 2),
        ("percentile(last(4), 0.5)", 5),
        ("percentile(last(4), 1)", 8),
        ("abs(last() - 10)", 2),
        ("avg(last(3)) * 0.8", Decimal("4.8")),
        ("(max(last(4)) + min(last(4))) / 2", 5),
        ("10 - last()", 2),
    ],
)
def test_a_function_of_earlier_results(expression: str, expected: float) -> None:
    assert value(expression, 8.0, 4.0, 6.0, 2.0) == expected


@given(st.lists(st.floats(-1e6, 1e6), min_size=1, max_size=8))
def test_functions_agree_with_statistics(results: list[float]) -> None:
    oracles = {
        "avg": statistics.fmean,
        "std": statistics.pstdev,
        "median": statistics.median,
        "sum": math.fsum,
    }
    for name, oracle in oracles.items():
        found = float(value(f"{name}(last(8))", *results))
        assert math.isclose(found, oracle(results), rel_tol=1e-9, abs_tol=1e-3)


def test_without_an_earlier_result_last_is_zero() -> None:
    """DQDL reference, "Dynamic rules": the default value 0.0."""
    for expression in ("last()", "avg(last(5))", "max(last(5))", "std(last(5))", "index(last(3), 0)"):
        assert value(expression) == 0
    assert value("last() + 3") == 3


def test_what_cannot_be_worked_out_says_why() -> None:
    assert unresolved(rule("RowCount > index(last(3), 2)", 1.0, 2.0)) == (
        "`index(last(3), 2)`: there is no earlier result at place 2, counted from 0"
    )
    assert "division by zero" in unresolved(rule("RowCount > 5 / last()"))
    assert unresolved(rule("RowCount > last()", 1.0, problem="no catalog")) == "`last()`: no catalog"
    assert "not known" in unresolved(parse("Rules = [ RowCount > last() ]").rules[0])
    assert unresolved(rule("RowCount > last()", 1.0)) == ""


def test_the_text_of_a_rule_stays_and_its_numbers_can_be_told() -> None:
    text = "RowCount between avg(last(2)) - 1 and 10"
    found = rule(text, 3.0, 5.0)
    assert found.condition is not None
    assert found.text == text
    assert found.condition.wanted == "between avg(last(2)) - 1 and 10, now between 3 and 10"
    assert in_numbers(found).text == "RowCount between 3 and 10"
    plain = parse("Rules = [ RowCount > 3 ]").rules[0]
    assert plain.condition is not None
    assert plain.condition.wanted == "> 3"


def test_a_result_belongs_to_what_was_measured() -> None:
    """Not to the condition, but to parameters, `where` and, for a threshold, the condition."""
    earlier = Earlier(
        {
            ('Mean "a" where "b > 1"', "Column.a.Mean"): (5.0,),
            ('ColumnValues "a" > 2', "Column.a.ColumnValues.GoodRows"): (0.5,),
        }
    )
    rules = (
        'Mean "a" > last() where "b > 1", Mean "a" > last(), '
        'ColumnValues "a" > 2 with threshold > last(), ColumnValues "a" > 3 with threshold > last(), '
        '(Mean "a" < last() * 2 where "b > 1") or (RowCount > 0)'
    )
    found = resolved(parse(f"Rules = [ {rules} ]"), earlier).rules
    spelt = [in_numbers(one).text for one in found]
    assert spelt == [
        'Mean "a" > 5.0 where "b > 1"',
        'Mean "a" > 0',
        'ColumnValues "a" > 2 with threshold > 0.5',
        'ColumnValues "a" > 3 with threshold > 0',
        '(Mean "a" < 10.0 where "b > 1") or (RowCount > 0)',
    ]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("RowCount > 1", False),
        ("RowCount > last()", True),
        ('(IsComplete "a") or (RowCount > 2 * last())', True),
        ('ColumnValues "a" > 1 with threshold > avg(last(3))', True),
        ('DetectAnomalies "RowCount"', True),
    ],
)
def test_which_rules_look_back(text: str, expected: bool) -> None:
    assert looks_back(parse(f"Rules = [ {text} ]")) is expected
