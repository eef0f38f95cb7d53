"""A rule type for its numbers only: DetectAnomalies follows them, analyzers gather them."""

from __future__ import annotations

from dataclasses import replace
from decimal import Decimal

from quality.dqdl import Condition, Operand, Rule
from quality.engines.inline.frame import Frame
from quality.engines.refusals import UnjudgeableError

OF_ROWS = ("ColumnLength", "ColumnValues")  # their extremes are asked for, whatever single rows are
_ANY = Condition("not in", ())  # a number meets it; one that is not there does not
_ZERO = Condition("=", (Operand("number", "0", Decimal(0)),))


def unconditional(rule: Rule, frame: Frame) -> Rule:
    """`rule` with a condition that does not matter. ColumnValues asks for the least and the greatest number
    of a column, of texts for their lengths. Raises UnjudgeableError for a column that has neither."""
    if rule.rule_type == "ColumnValues":
        column = frame.column(rule.parameters[0])
        if column.family not in ("number", "text"):
            raise UnjudgeableError(f"`{rule.parameters[0]}` is {column.type}, neither a number nor a text")
        if column.family == "text":
            rule = replace(rule, rule_type="ColumnLength")
    return replace(rule, condition=_ZERO if rule.rule_type in OF_ROWS else _ANY)
