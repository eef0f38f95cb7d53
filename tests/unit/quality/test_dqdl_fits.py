"""Which rules fit which column types."""

from __future__ import annotations

from collections.abc import Mapping

import pytest

from quality.dqdl import fit_problems, parse
from quality.dqdl.types import Family

TYPES: Mapping[str, tuple[Family, str]] = {
    "n": ("number", "int"),
    "t": ("text", "string"),
    "b": ("boolean", "boolean"),
    "d": ("date", "date"),
    "ts": ("timestamp", "timestamp"),
    "bin": ("binary", "binary"),
    "arr": ("nested", "array<int>"),
}


def found(rule: str) -> list[tuple[int, str, str]]:
    (leaf,) = parse(rule if "=[" in rule else f"Rules = [ {rule} ]").rules
    return [(error.column - 10, error.message, error.hint) for error in fit_problems(leaf, TYPES)]


@pytest.mark.parametrize(
    "rule",
    [
        'ColumnValues "n" > 1',
        'ColumnValues "n" in [1, NULL]',
        'ColumnValues "t" = "x"',
        'ColumnValues "t" in ["a", EMPTY, NULL]',
        'ColumnValues "t" matches "[a-z]"',
        'ColumnValues "t" > "2024-01-01"',
        'ColumnValues "b" in ["true", "FALSE"]',
        'ColumnValues "d" > "2024-01-01"',
        'ColumnValues "d" > (now() - 3 days)',
        'ColumnValues "ts" < now()',
        'ColumnValues "ts" = "2024-01-01 10:30:00"',
        'ColumnValues "bin" != NULL',
        'ColumnValues "arr" = NULL',
        'ColumnLength "t" > 1',
        'ColumnDataType "t" = "Date"',
        'DataFreshness "d" < 1 days',
        'DataFreshness "ts" < 1 days',
        'Mean "n" > 1',
        'ColumnCorrelation "n" "n" > 0',
        'Entropy "t" > 1',
        'IsComplete "arr"',
        'Completeness "arr" > 0.5',
        'IsUnique "t"',
        'Mean "unknown" > 1',
        "RowCount > 1",
        'AggregateMatch "sum(n)" "sum(x.t)" = 1',
    ],
)
def test_what_fits(rule: str) -> None:
    assert found(rule) == []


@pytest.mark.parametrize(
    ("rule", "caret", "message", "hint"),
    [
        ('ColumnValues "n" > "2024-01-01"', '"2024', "`n` is int", "without quotes"),
        ('ColumnValues "n" in ["x"]', '"x"', '"x" does not fit the column: `n` is int', "without quotes"),
        ('ColumnValues "n" = EMPTY', "EMPTY", "EMPTY does not fit", "without quotes"),
        ('ColumnValues "n" matches "x"', "matches", "matches does not fit the column", "for texts"),
        ('ColumnValues "t" > 3', "3", "3 does not fit the column: `t` is string", "double quotes"),
        ('ColumnValues "t" in [1, NULL]', "1", "1 does not fit", "double quotes"),
        ('ColumnValues "b" = "yes"', '"yes"', "`b` is boolean", '"true" or "false"'),
        ('ColumnValues "b" = 1', "1", "`b` is boolean", '"true" or "false"'),
        ('ColumnValues "d" = "31.12.2024"', '"31', "`d` is date", '"2024-12-31"'),
        ('ColumnValues "d" > 20240101', "20240101", "`d` is date", '"2024-12-31"'),
        ('ColumnValues "d" = "2024-01-01 10:30:00"', '"2024', "`d` is date", '"2024-12-31"'),
        ('ColumnValues "ts" in ["x"]', '"x"', "`ts` is timestamp", '"2024-12-31"'),
        ('ColumnValues "bin" = "x"', "=", "cannot be compared here: `bin` is binary", "NULL only"),
        ('ColumnValues "arr" = 1', '"arr"', "nested columns: `arr` is array<int>", "column of its own"),
        ('IsUnique "arr"', '"arr"', "nested columns", "column of its own"),
        ('ColumnLength "n" > 1', '"n"', "ColumnLength does not fit the column: `n` is int", "type text"),
        ('ColumnDataType "d" = "Date"', '"d"', "`d` is date", "type text"),
        ('DataFreshness "t" < 1 days', '"t"', "`t` is string", "date or timestamp"),
        ('Mean "t" > 1', '"t"', "`t` is string", "type number"),
        ('Sum "b" > 1', '"b"', "`b` is boolean", "type number"),
        ('StandardDeviation "ts" > 1', '"ts"', "`ts` is timestamp", "type number"),
        ('ColumnCorrelation "n" "t" > 0', '"t"', "`t` is string", "type number"),
    ],
)
def test_what_does_not_fit(rule: str, caret: str, message: str, hint: str) -> None:
    ((column, told, advice),) = found(rule)
    assert column == rule.index(caret) + 1
    assert message in told
    assert hint in advice


def test_each_value_that_does_not_fit_is_named() -> None:
    assert [message for _, message, _ in found('ColumnValues "n" in ["a", NULL, "b"]')] == [
        '"a" does not fit the column: `n` is int',
        '"b" does not fit the column: `n` is int',
    ]
