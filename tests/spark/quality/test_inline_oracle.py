"""The inline engine against predicates in plain Python, which know nothing of SQL."""

from __future__ import annotations

import math
import re
import statistics
from collections import Counter
from collections.abc import Callable, Iterable
from datetime import UTC, date, datetime
from typing import NamedTuple

import pytest
from pyspark.sql import DataFrame, SparkSession
from quality_frames import lean

from quality.dqdl import parse
from quality.engine import RULES_FAILED, Evaluation
from quality.engines.inline.engine import InlineEngine

NAN = float("nan")
NOW = datetime(2024, 6, 15, 12, 0, tzinfo=UTC)


class Row(NamedTuple):
    key: int
    i: int | None
    x: float | None
    s: str | None
    d: date | None
    b: bool | None


ROWS = [
    Row(1, 1, 1.5, "Ann", date(2024, 6, 14), True),
    Row(2, 2, NAN, "", date(2024, 2, 29), False),
    Row(3, 2, None, None, None, None),
    Row(4, None, -0.0, "  ", date(2024, 6, 15), True),
    Row(5, -7, 1e300, "O'x", date(1999, 12, 31), None),
    Row(6, None, 4.0, "日本語", date(2024, 6, 12), False),
    Row(7, 0, 4.0, "a\nb", date(2031, 1, 1), True),
    Row(8, 0, 0.0, "a\\b", date(2024, 6, 14), True),
]
SCHEMA = "key int, i int, x double, s string, d date, b boolean"


def known(value: float | None) -> bool:
    return value is not None and not math.isnan(value)


def length(row: Row) -> int:
    return len(row.s or "")


def repeated(rows: Iterable[Row], value: Callable[[Row], object]) -> set[object]:
    counts = Counter(map(value, rows))
    return {one for one, count in counts.items() if count > 1}


# rule -> whether a row is good; a second predicate says which rows are judged at all
GOOD: list[tuple[str, Callable[[Row], bool]]] = [
    ('IsComplete "i"', lambda r: r.i is not None),
    ('ColumnValues "i" > 0', lambda r: r.i is not None and r.i > 0),
    ('ColumnValues "i" <= 0', lambda r: r.i is not None and r.i <= 0),
    ('ColumnValues "x" > 1', lambda r: known(r.x) and r.x > 1),
    ('ColumnValues "x" >= 0', lambda r: known(r.x) and r.x >= 0),
    ('ColumnValues "x" < 4', lambda r: known(r.x) and r.x < 4),
    ('ColumnValues "x" = 0', lambda r: r.x == 0),
    ('ColumnValues "x" != 4', lambda r: r.x != 4),
    ('ColumnValues "i" != 2', lambda r: r.i != 2),
    ('ColumnValues "i" between -7 and 2', lambda r: r.i is not None and -7 < r.i < 2),
    ('ColumnValues "i" not between -7 and 2', lambda r: r.i is not None and not -7 < r.i < 2),
    ('ColumnValues "i" in [0, 2]', lambda r: r.i in (0, 2)),
    ('ColumnValues "i" in [0, 2, NULL]', lambda r: r.i in (0, 2, None)),
    ('ColumnValues "i" not in [0, 2]', lambda r: r.i not in (0, 2)),
    ('ColumnValues "i" not in [0, NULL]', lambda r: r.i not in (0, None)),
    ('ColumnValues "i" = NULL', lambda r: r.i is None),
    ('ColumnValues "s" in ["O\'x", "日本語", "a\\\\b"]', lambda r: r.s in ("O'x", "日本語", "a\\b")),
    ('ColumnValues "s" != "Ann"', lambda r: r.s != "Ann"),
    ('ColumnValues "s" = EMPTY', lambda r: r.s == ""),
    ('ColumnValues "s" in [EMPTY, NULL]', lambda r: r.s in ("", None)),
    ('ColumnValues "s" = WHITESPACES_ONLY', lambda r: r.s is not None and r.s != "" and not r.s.strip(" ")),
    (
        'ColumnValues "s" != WHITESPACES_ONLY',
        lambda r: r.s is not None and (r.s == "" or bool(r.s.strip(" "))),
    ),
    ('ColumnValues "s" matches "[A-Z].*"', lambda r: re.fullmatch("[A-Z].*", r.s or "") is not None),
    (
        'ColumnValues "s" not matches "[A-Z].*"',
        lambda r: r.s is not None and re.fullmatch("[A-Z].*", r.s) is None,
    ),
    ('ColumnValues "b" = "true"', lambda r: r.b is True),
    ('ColumnValues "b" in ["TRUE", NULL]', lambda r: r.b in (True, None)),
    ('ColumnValues "d" > "2024-06-12"', lambda r: r.d is not None and r.d > date(2024, 6, 12)),
    ('ColumnValues "d" >= (now() - 3 days)', lambda r: r.d is not None and r.d >= date(2024, 6, 12)),
    ('ColumnValues "d" < now()', lambda r: r.d is not None and r.d < date(2024, 6, 15)),
    ('ColumnValues "d" != "2024-02-29"', lambda r: r.d != date(2024, 2, 29)),
    (
        'ColumnValues "d" between "2024-02-29" and "2024-06-15"',
        lambda r: r.d is not None and date(2024, 2, 29) < r.d < date(2024, 6, 15),
    ),
    ('ColumnLength "s" != 3', lambda r: length(r) != 3),
    ('ColumnLength "s" = 0', lambda r: length(r) == 0),
    ('ColumnLength "s" > 0', lambda r: length(r) > 0),
    ('ColumnLength "s" not between 1 and 4', lambda r: not 1 < length(r) < 4),
    ('ColumnLength "s" not in [0, 2]', lambda r: length(r) not in (0, 2)),
    ('ColumnLength "s" in [0, 3]', lambda r: length(r) in (0, 3)),
    ('IsUnique "i"', lambda r: r.i is None or r.i not in repeated(ROWS, lambda one: one.i)),
    ('IsUnique "x"', lambda r: r.x is None or r.key in (1, 2, 5)),  # 0.0 is -0.0; NaN stands alone
    (
        'IsUnique "i" "b"',
        lambda r: (r.i, r.b) == (None, None) or (r.i, r.b) not in repeated(ROWS, lambda one: (one.i, one.b)),
    ),
    ('IsPrimaryKey "s"', lambda r: r.s is not None),
    (
        'IsPrimaryKey "i" "b"',
        lambda r: None not in (r.i, r.b) and (r.i, r.b) not in repeated(ROWS, lambda one: (one.i, one.b)),
    ),
    ('(IsComplete "i") or (IsComplete "x")', lambda r: r.i is not None or r.x is not None),
    ('(IsComplete "i") and (ColumnLength "s" > 2)', lambda r: r.i is not None and length(r) > 2),
    ('ColumnValues "i" > 0 where "key > 6"', lambda r: r.key <= 6 or (r.i is not None and r.i > 0)),
    ('IsUnique "i" where "key < 4"', lambda r: r.key not in (2, 3)),
    ('IsUnique "i" where "b"', lambda r: r.key not in (7, 8)),
]


@pytest.fixture
def df(table_session: SparkSession) -> DataFrame:
    return lean(table_session).createDataFrame(ROWS, SCHEMA).localCheckpoint()


def evaluate(df: DataFrame, rules: Iterable[str], **how: object) -> Evaluation:
    ruleset = parse(f"Rules = [ {', '.join(rules)} ]")
    return InlineEngine(lambda: NOW).evaluate(df, ruleset, rows=True, **how)  # type: ignore[arg-type]


def failing(found: Evaluation) -> dict[str, set[int]]:
    """By rule, the keys of the rows that fail it."""
    assert found.row_failures is not None
    pairs = [(row["key"], text) for row in found.row_failures.collect() for text in row[RULES_FAILED]]
    return {text: {key for key, other in pairs if other == text} for _, text in pairs}


def test_rows_fail_exactly_where_the_predicate_says(df: DataFrame) -> None:
    found = evaluate(df, [rule for rule, _ in GOOD])
    rows = failing(found)
    expected = {rule: {row.key for row in ROWS if not good(row)} for rule, good in GOOD}
    texts = [one.rule for one in found.verdicts]
    assert {rule: rows.get(text, set()) for (rule, _), text in zip(GOOD, texts, strict=True)} == expected


def test_by_row_a_composite_passes_where_each_row_does(df: DataFrame) -> None:
    rules = [
        '(IsComplete "i") or (IsComplete "s")',
        '(ColumnValues "i" < 1) or (ColumnValues "i" > 1) or (ColumnValues "i" = NULL)',
        '(IsComplete "i") and (IsUnique "s")',
        '(RowCount > 100) or (IsComplete "key")',
        '(RowCount > 1) and (IsUnique "key")',
    ]
    by_row = evaluate(df, rules, composites="row")
    whole = evaluate(df, rules)
    assert [one.outcome for one in by_row.verdicts] == ["passed", "failed", "failed", "passed", "passed"]
    assert [one.outcome for one in whole.verdicts] == ["failed", "failed", "failed", "passed", "passed"]
    assert failing(by_row) == {by_row.verdicts[1].rule: {1}, by_row.verdicts[2].rule: {4, 6}}
    assert by_row.verdicts[1].reason == "1 of 8 rows fail"


def test_by_row_no_rows_are_judged_as_a_whole(df: DataFrame) -> None:
    rules = ['(RowCount > 1) and (IsUnique "key")', '(IsComplete "i") or (RowCount > 1)']
    found = evaluate(df.limit(0), rules, composites="row")
    assert [one.outcome for one in found.verdicts] == ["failed", "passed"]


def numbers(field: str) -> list[float]:
    return [value for value in (getattr(row, field) for row in ROWS) if value is not None]


def test_statistics_are_those_of_plain_python(df: DataFrame) -> None:
    i = numbers("i")
    keyed = [(row.key, row.i) for row in ROWS if row.i is not None]
    sizes = Counter(i)
    shares = [count / len(i) for count in sizes.values()]
    expected = {
        'Mean "i" > 0': statistics.fmean(i),
        'Sum "i" > 0': sum(i),
        'StandardDeviation "i" > 0': statistics.pstdev(i),
        'Variance "i" > 0': statistics.pvariance(i),
        'ColumnCorrelation "key" "i" > 0': statistics.correlation(*zip(*keyed, strict=True)),
        'Entropy "i" > 0': -sum(share * math.log(share) for share in shares),
        'Completeness "i" > 0': len(i) / len(ROWS),
        'Uniqueness "i" > 0': sum(count == 1 for count in sizes.values()) / len(i),
        'UniqueValueRatio "i" > 0': sum(count == 1 for count in sizes.values()) / len(sizes),
        'DistinctValuesCount "i" > 0': len(sizes) + 1,  # NULL is a value here
        'Mean "i" > 0 where "key < 3"': 1.5,
        'Entropy "i" > 0 where "key < 4"': -(1 / 3 * math.log(1 / 3) + 2 / 3 * math.log(2 / 3)),
    }
    verdicts = evaluate(df, expected).verdicts
    assert [next(iter(one.metrics.values())) for one in verdicts] == pytest.approx(list(expected.values()))
