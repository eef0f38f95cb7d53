"""ColumnLength: a NULL has length 0."""

from __future__ import annotations

from decimal import Decimal

from quality.dqdl import Rule
from quality.engines.inline.check import RULES, Check, RuleKind
from quality.engines.inline.frame import Frame
from quality.engines.inline.judging import row_rule
from quality.engines.inline.sql import compared, scope, within


def _column_length(rule: Rule, frame: Frame) -> Check:
    (name,) = rule.columns
    condition, column, judged = rule.condition, frame.text(name), scope(rule, frame)
    assert condition is not None
    limits = [f"{one.value:f}BD" for one in condition.operands if isinstance(one.value, Decimal)]
    good = compared(f"COALESCE(LENGTH({column.sql}), 0)", condition, limits)
    length = within(f"CAST(LENGTH({column.sql}) AS DOUBLE)", judged)
    metrics = {
        f"Column.{name}.MinimumLength": f"MIN({length})",
        f"Column.{name}.MaximumLength": f"MAX({length})",
    }
    share = f"Column.{name}.LengthCompliance" if condition.operator.endswith("in") else ""
    return row_rule(rule, frame, good, metrics, share=share)


RULES.add("ColumnLength", RuleKind(_column_length))
