"""Conditions on columns, for pyiceberg: its classes take positions, which their types do not say."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from pyiceberg import expressions
from pyiceberg.expressions import BooleanExpression

_CLASSES: Any = expressions


def equal(column: str, value: str) -> BooleanExpression:
    found: BooleanExpression = _CLASSES.EqualTo(column, value)
    return found


def one_of(column: str, values: Sequence[str]) -> BooleanExpression:
    found: BooleanExpression = _CLASSES.In(column, values)
    return found


def missing(column: str) -> BooleanExpression:
    found: BooleanExpression = _CLASSES.IsNull(column)
    return found


def known(column: str) -> BooleanExpression:
    found: BooleanExpression = _CLASSES.NotNull(column)
    return found


def at_least(column: str, value: str) -> BooleanExpression:
    found: BooleanExpression = _CLASSES.GreaterThanOrEqual(column, value)
    return found
