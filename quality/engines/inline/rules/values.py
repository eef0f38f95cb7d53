"""ColumnValues: each value of a column against numbers, texts, dates, patterns and NULL."""

from __future__ import annotations

from etl_core.names import literal
from quality.dqdl import Rule
from quality.dqdl.comparisons import condition_kind
from quality.engines.inline.check import RULES, Check, RuleKind
from quality.engines.inline.frame import Column, Frame
from quality.engines.inline.judging import row_rule
from quality.engines.inline.sql import scope, shown, within
from quality.engines.inline.values.dates import date_condition
from quality.engines.inline.values.numbers import number_condition
from quality.engines.inline.values.texts import text_condition
from quality.engines.refusals import times_of_day

_LEAST, _MOST = (">", ">=", "="), ("<", "<=", "=")  # whose record is the least or the greatest value


def _column_values(rule: Rule, frame: Frame) -> Check:
    (name,) = rule.columns
    assert rule.condition is not None
    if rule.condition.operator.endswith("matches"):
        return row_rule(rule, frame, _matches(rule, frame), {}, share=f"Column.{name}.PatternMatch")
    if _only_null(rule):
        good = f"{frame.column(name).sql} IS {'' if rule.condition.operator in ('=', 'in') else 'NOT '}NULL"
    elif condition_kind(rule.condition) == "number":
        column = frame.number(name)
        metrics = _extremes(rule, frame, column)
        share = "" if metrics else _share(name)
        return row_rule(rule, frame, number_condition(column, rule.condition), metrics, share=share)
    elif condition_kind(rule.condition) == "date":
        good = date_condition(frame.dated(name), rule.condition, frame.now)
    else:
        good = text_condition(frame.simple(name), rule.condition)
    return row_rule(rule, frame, good, {}, share=_share(name))


def _share(name: str) -> str:
    return f"Column.{name}.ColumnValues.Compliance"


def _only_null(rule: Rule) -> bool:
    assert rule.condition is not None
    return all(operand.text == "NULL" for operand in rule.condition.operands)


def _extremes(rule: Rule, frame: Frame, column: Column) -> dict[str, str]:
    assert rule.condition is not None
    (name,) = rule.columns
    value, operator = within(shown(column), scope(rule, frame)), rule.condition.operator
    found = {}
    if operator in _LEAST:
        found[f"Column.{name}.Minimum"] = f"MIN({value})"
    if operator in _MOST:
        found[f"Column.{name}.Maximum"] = f"MAX({value})"
    return found


def _matches(rule: Rule, frame: Frame) -> str:
    """The whole value, of one character at least, as Deequ matches."""
    assert rule.condition is not None
    (pattern,) = rule.condition.operands
    value = frame.text(rule.columns[0]).sql
    found = f"REGEXP_EXTRACT({value}, {literal(f'^(?:{pattern.value})$')}, 0) != ''"
    return found if rule.condition.operator == "matches" else f"NOT ({found})"


RULES.add("ColumnValues", RuleKind(_column_values, times_of_day, "no times of day, no timeZone"))
