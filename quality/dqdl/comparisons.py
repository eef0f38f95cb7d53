"""What the language asks of a condition: values of one kind that its rule type can be compared with."""

from __future__ import annotations

import re
from collections.abc import Iterator
from datetime import date
from decimal import Decimal

from quality.dqdl.conditions import Condition, Operand
from quality.dqdl.errors import DqdlError
from quality.dqdl.history import history_problems
from quality.dqdl.model import Rule
from quality.dqdl.types import RuleType

_DAY = re.compile(r"\d{4}-\d\d-\d\d")
_TIME = re.compile(r"\d{1,2}:\d\d(?: [AP]M)?")
_ORDERED = (">", ">=", "<", "<=", "between", "not between")
_EXAMPLES = {
    "size": "> 5 MB",
    "number": "> 0",
    "string": 'in ["a", "b"]',
    "duration": "<= 24 hours",
    "date": "> (now() - 24 hours)",
}


def is_time(text: str) -> bool:
    """Whether a text value is a time of day, which DQDL compares with today at that time."""
    return _TIME.fullmatch(text) is not None


def condition_kind(condition: Condition) -> str:
    """number, string, date, duration, size, null; `mixed` where the values are of several kinds."""
    if condition.operator.endswith("matches"):
        return "string"
    kinds = {_kind(operand) for operand in condition.operands}
    kinds = kinds - {"null"} or kinds
    if kinds == {"string", "date"}:  # one value that is no date makes all of them texts
        return "string" if all(operand.kind != "date" for operand in condition.operands) else "mixed"
    return kinds.pop() if len(kinds) == 1 else "mixed"


def condition_problems(rule: Rule, known: RuleType) -> Iterator[DqdlError]:
    """What is wrong with the rule's condition, or that it has none."""
    condition = rule.condition
    if condition is None:
        if known.conditions and not _optional(rule, known):
            yield DqdlError.at(rule, f"{known.name} needs a condition", example(known))
    elif not known.conditions or (known.name == "FileMatch" and len(rule.parameters) == 2):
        yield DqdlError.at(condition, f"{known.name} takes no condition", f"remove `{condition.text}`")
    else:
        yield from list(_kinds(condition, known)) or _values(condition, known)


def threshold_problems(threshold: Condition) -> Iterator[DqdlError]:
    """What is wrong behind `with threshold`."""
    hint = "write for example `with threshold > 0.95`"
    if condition_kind(threshold) != "number":
        yield DqdlError.at(threshold, "a threshold is a number between 0 and 1", hint)
        return
    for operand in threshold.operands:
        yield from history_problems(operand)
        if isinstance(operand.value, Decimal) and not 0 <= operand.value <= 1:
            yield DqdlError.at(operand, f"a threshold is a number between 0 and 1, not {operand.text}", hint)
    yield from _bounds(threshold)


def example(known: RuleType) -> str:
    """A hint that shows a rule of this type."""
    kind = next((kind for kind in _EXAMPLES if kind in known.conditions), "")
    parameters = ['"name"'] * known.parameters[0]
    return " ".join(["write for example", known.name, *parameters, _EXAMPLES.get(kind, "")]).strip()


def _optional(rule: Rule, known: RuleType) -> bool:
    if known.name == "FileMatch":  # two places are compared with each other, one with checksums
        return len(rule.parameters) == 2
    return known.condition_optional


def _kind(operand: Operand) -> str:
    if operand.kind == "string":
        value = str(operand.value)
        return "date" if _DAY.fullmatch(value) or is_time(value) else "string"
    if operand.kind == "keyword":
        return "null" if operand.text == "NULL" else "string"
    return {"function": "number"}.get(operand.kind, operand.kind)


def _kinds(condition: Condition, known: RuleType) -> Iterator[DqdlError]:
    kind = condition_kind(condition)
    if kind == "mixed":
        first = _kind(condition.operands[0])
        odd = next((one for one in condition.operands if _kind(one) not in (first, "null")), None)
        message = f"the values in `{condition.text}` are of different kinds"
        yield DqdlError.at(odd or condition, message, "use one kind: numbers, texts or dates")
    elif kind == "date" and "string" in known.conditions and "date" not in known.conditions:
        return  # a text that happens to look like a date
    elif kind not in known.conditions:
        message = f"{known.name} cannot be compared with a {kind}: `{condition.text}`"
        yield DqdlError.at(condition.operands[0], message, example(known))
    elif kind in ("string", "null") and condition.operator in _ORDERED:
        message = f"`{condition.text}` compares with something that has no order"
        yield DqdlError.at(condition.operands[0], message, 'a date is written "2024-12-31"')


def _values(condition: Condition, known: RuleType) -> Iterator[DqdlError]:
    for operand in condition.operands:
        if condition.operator in _ORDERED and operand.text == "NULL":
            yield DqdlError.at(operand, f"`{condition.text}` compares with NULL", "use = NULL or != NULL")
        elif operand.kind == "function" and not known.dynamic:
            hint = "compare with a number"
            yield DqdlError.at(operand, f"{known.name} is not compared with earlier results", hint)
        yield from history_problems(operand)
        yield from _value(operand, known)
    yield from _bounds(condition)


def _value(operand: Operand, known: RuleType) -> Iterator[DqdlError]:
    text, number = str(operand.value), operand.value
    if operand.kind == "string" and "date" in known.conditions and _DAY.fullmatch(text) and not _is_day(text):
        yield DqdlError.at(
            operand, f"{operand.text} is no day of the calendar", "a date is written YEAR-MONTH-DAY"
        )
    if not isinstance(number, Decimal):
        return
    if known.name == "FileSize" and number % 1:
        yield DqdlError.at(operand, f"{operand.text} bytes are no whole number", "write for example 5 MB")
    if known.between and not known.between[0] <= number <= known.between[1]:
        least, most = known.between
        yield DqdlError.at(
            operand, f"{known.name} is between {least} and {most}, never {operand.text}", _share(number)
        )


def _share(number: Decimal) -> str:
    return f"write {number / 100:f} for {number} %" if 1 < number <= 100 else "use a number in that range"


def _bounds(condition: Condition) -> Iterator[DqdlError]:
    if not condition.operator.endswith("between"):
        return
    low, high = condition.operands
    days = all(_DAY.fullmatch(str(one.value)) for one in condition.operands)
    ordered = (isinstance(low.value, Decimal) and isinstance(high.value, Decimal)) or days
    if ordered and not low.value < high.value:  # type: ignore[operator]
        yield DqdlError.at(
            high, f"`{condition.text}`: the second value must be greater", "turn the two round"
        )


def _is_day(text: str) -> bool:
    try:
        date.fromisoformat(text)
    except ValueError:
        return False
    return True
