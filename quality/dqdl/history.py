"""Dynamic rules: functions over the results of earlier runs, as in `RowCount > avg(last(10)) * 0.8`.

Source: "Dynamic rules" in the DQDL reference. `last(k)` gives a list of k results, the other functions one
number; only one number can be compared. `percentile(last(k), p)` with p from 0 to 1 is not on that page; it
is taken as well.
"""

from __future__ import annotations

from collections.abc import Iterator
from decimal import Decimal

from etl_core.registry import closest_hint
from quality.dqdl.conditions import Operand
from quality.dqdl.errors import DqdlError

LAST = "last"
# function -> how many numbers it takes behind its list
OF_A_LIST = {"avg": 0, "max": 0, "median": 0, "min": 0, "std": 0, "sum": 0, "index": 1, "percentile": 1}
OF_A_NUMBER = ("abs",)
FUNCTIONS = tuple(sorted({LAST, *OF_A_LIST, *OF_A_NUMBER}))
_OPERATORS = ("+", "-", "*", "/")


def history_problems(operand: Operand) -> Iterator[DqdlError]:
    """What is wrong with a value that needs earlier results; nothing for any other value."""
    if operand.kind != "function":
        return
    wrong = list(_functions(operand))
    yield from wrong
    if not wrong and _is_list(operand):
        yield DqdlError.at(
            operand,
            f"`{operand.text}` is a list of results, not one number",
            f"write for example avg({operand.text})",
        )


def runs_needed(operand: Operand) -> int:
    """How many earlier results the value looks back on."""
    found = [_count(one) for one in operand.walk() if one.name == LAST]
    return max(found, default=0)


def _functions(operand: Operand) -> Iterator[DqdlError]:
    for argument in operand.arguments:
        yield from _functions(argument)
    if operand.kind != "function":
        return
    if operand.name in _OPERATORS:
        yield from (_single(argument) for argument in operand.arguments if _is_list(argument))
    elif operand.name == LAST:
        yield from _last(operand)
    elif operand.name in OF_A_LIST:
        yield from _of_a_list(operand)
    elif operand.name in OF_A_NUMBER:
        if len(operand.arguments) != 1 or _is_list(operand.arguments[0]):
            yield DqdlError.at(operand, f"`{operand.name}` takes one number", f"write {operand.name}(last())")
    else:
        yield DqdlError.at(
            operand, f"unknown function `{operand.name}`", closest_hint(operand.name, FUNCTIONS)
        )


def _last(operand: Operand) -> Iterator[DqdlError]:
    values = [argument.value for argument in operand.arguments]
    whole = all(isinstance(value, Decimal) and value >= 1 and value % 1 == 0 for value in values)
    if len(values) > 1 or not whole:
        yield DqdlError.at(operand, "`last` takes one whole number, at least 1", "write last() or last(10)")


def _of_a_list(operand: Operand) -> Iterator[DqdlError]:
    name, more = operand.name, OF_A_LIST[operand.name]
    example = f"{name}(last(10){', 0' * (name == 'index')}{', 0.9' * (name == 'percentile')})"
    if len(operand.arguments) != 1 + more:
        yield DqdlError.at(
            operand, f"`{name}` takes {1 + more} value{'s' * more}", f"write for example {example}"
        )
        return
    history, *numbers = operand.arguments
    if history.name != LAST:
        yield DqdlError.at(history, f"`{name}` is taken of earlier results", f"write for example {example}")
        return
    for number in numbers:
        if not isinstance(number.value, Decimal) or not _within(name, number.value, _count(history)):
            limit = f"0 to {_count(history) - 1}" if name == "index" else "0 to 1"
            yield DqdlError.at(
                number, f"`{number.text}` is out of range for `{name}`", f"{limit}, as in {example}"
            )


def _within(name: str, value: Decimal, count: int) -> bool:
    if name == "index":  # counted from 0, the newest result
        return value % 1 == 0 and 0 <= value < count
    return 0 <= value <= 1


def _count(last: Operand) -> int:
    value = last.arguments[0].value if last.arguments else 1
    return int(value) if isinstance(value, Decimal) else 1


def _is_list(operand: Operand) -> bool:
    return operand.name == LAST and _count(operand) > 1


def _single(operand: Operand) -> DqdlError:
    hint = f"write for example avg({operand.text})"
    return DqdlError.at(operand, f"`{operand.text}` is a list of results, not one number", hint)
