"""ColumnLength: a NULL has length 0."""

from __future__ import annotations

from decimal import Decimal

from quality.dqdl import Condition, Rule
from quality.engines.inline.check import RULES, Check, RuleKind
from quality.engines.inline.frame import Frame
from quality.engines.inline.judging import row_rule
from quality.engines.inline.sql import scope, within


def _column_length(rule: Rule, frame: Frame) -> Check:
    (name,) = rule.columns
    condition, column, judged = rule.condition, frame.text(name), scope(rule)
    assert condition is not None
    good = numeric(f"COALESCE(LENGTH({column.sql}), 0)", condition)
    length = within(f"CAST(LENGTH({column.sql}) AS DOUBLE)", judged)
    metrics = {
        f"Column.{name}.MinimumLength": f"MIN({length})",
        f"Column.{name}.MaximumLength": f"MAX({length})",
    }
    share = f"Column.{name}.LengthCompliance" if condition.operator.endswith("in") else ""
    return row_rule(rule, good, metrics, share=share)


def numeric(value: str, condition: Condition) -> str:
    """The condition as SQL over `value`, a whole number that is never NULL."""
    literals = [
        f"{operand.value:f}BD" for operand in condition.operands if isinstance(operand.value, Decimal)
    ]
    if condition.operator.endswith("between"):
        inside = f"({value} > {literals[0]} AND {value} < {literals[1]})"
        return inside if condition.operator == "between" else f"NOT {inside}"
    if condition.operator.endswith("in"):
        return f"{value} {condition.operator} ({', '.join(literals)})"
    return f"{value} {condition.operator} {literals[0]}"


RULES.add("ColumnLength", RuleKind(_column_length))
