"""Columns and rules that fit a profile, each with the share of rows that support it. Pure."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from math import floor

from quality.profiling.model import ColumnProfile, Profile
from quality.profiling.types import TypeFound, type_of

FEW_VALUES = 10  # a list of more is no list that anybody keeps by hand
ROWS_FOR_LISTS = 50  # of fewer rows nothing follows about the values to come
_NUMBERS = ("int", "bigint", "smallint", "tinyint", "float", "double", "decimal")
_FORM = re.compile(r"[9Aa \-/.:_#@,;()]+")  # a form that one regular expression says
_CLASSES = {"9": "[0-9]", "A": "[A-Z]", "a": "[a-z]"}


@dataclass(frozen=True)
class SuggestedColumn:
    """`fitting` of `values` rows with a value are of the type."""

    name: str
    found: TypeFound
    nullable: bool


@dataclass(frozen=True)
class SuggestedRule:
    """DQDL; `rows` of the `judged` rows support it."""

    text: str
    rows: int
    judged: int


@dataclass(frozen=True)
class Suggestion:
    """`keys`: the likeliest key, or nothing."""

    columns: tuple[SuggestedColumn, ...]
    rules: tuple[SuggestedRule, ...]
    keys: tuple[str, ...]
    rows: int


def suggest(profile: Profile, support: float = 0.95) -> Suggestion:
    """`support`: the least share of rows for a type or a rule that not all rows agree with."""
    keys = profile.keys[:1]
    columns = tuple(
        SuggestedColumn(column.name, type_of(column, support), not _complete(column))
        for column in profile.columns
    )
    rules: list[SuggestedRule] = []
    for column, declared in zip(profile.columns, columns, strict=True):
        rules += _rules(column, declared.found.type, support, is_key=column.name in keys)
    return Suggestion(columns, tuple(rules), keys, profile.rows)


def _rules(column: ColumnProfile, type_name: str, support: float, *, is_key: bool) -> Iterator[SuggestedRule]:
    name = f'"{column.name}"'
    if not column.rows or not _nameable(column.name):
        return
    if is_key:
        yield SuggestedRule(f"IsPrimaryKey {name}", column.rows, column.rows)
    elif _complete(column):
        yield SuggestedRule(f"IsComplete {name}", column.rows, column.rows)
    elif column.values >= support * column.rows:
        share = _down(column.values, column.rows)
        yield SuggestedRule(f"Completeness {name} >= {share}", column.values, column.rows)
    if column.values < ROWS_FOR_LISTS:
        return
    where = "" if _complete(column) else f' where "`{column.name}` is not null"'
    if type_name == "string":
        yield from _text_rules(column, name, where, support)
    elif type_name.startswith(_NUMBERS) and column.low is not None and column.low >= 0 and not column.nan:
        fitting = type_of(column, support).fitting
        yield SuggestedRule(f"ColumnValues {name} >= 0{where}", fitting, column.values)


def _text_rules(column: ColumnProfile, name: str, where: str, support: float) -> Iterator[SuggestedRule]:
    """The narrowest of: a list of values, a form, a length."""
    values = [one.value for one in column.top]
    all_of_them = column.exact and len(values) == column.distinct and 0 < len(values) <= FEW_VALUES
    if all_of_them and all(map(_plain, values)):
        listed = ", ".join(f'"{value}"' for value in sorted(values))
        yield SuggestedRule(f"ColumnValues {name} in [{listed}]{where}", column.values, column.values)
        return
    form = column.patterns[0] if column.patterns else None
    if form and form.rows >= support * column.values and _FORM.fullmatch(form.value):
        tag = "" if form.rows == column.values else f" with threshold >= {_down(form.rows, column.values)}"
        rule = f'ColumnValues {name} matches "{_expression(form.value)}"{where}{tag}'
        yield SuggestedRule(rule, form.rows, column.values)
    elif column.min_length == column.max_length and column.min_length:
        yield SuggestedRule(f"ColumnLength {name} = {column.min_length}{where}", column.values, column.values)


def _expression(form: str) -> str:
    """`99-99` -> `[0-9]{2}[-][0-9]{2}`."""
    parts = re.finditer(r"(.)\1*", form)
    return "".join(_CLASSES.get(run[1], f"[{run[1]}]") + _times(len(run[0])) for run in parts)


def _times(count: int) -> str:
    return "" if count == 1 else f"{{{count}}}"


def _complete(column: ColumnProfile) -> bool:
    return column.rows > 0 and not column.nulls


def _plain(value: str) -> bool:
    """A text that DQDL takes as it is."""
    return bool(value.strip()) and len(value) <= 40 and value.isprintable() and not set(value) & set('"\\$')


def _nameable(name: str) -> bool:
    return name.isprintable() and not set(name) & set('"\\`')


def _down(part: int, whole: int) -> str:
    """The share to two digits, never more than it is."""
    return f"{floor(part * 100 / whole) / 100:.2f}"
