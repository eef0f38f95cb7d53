"""Dynamic rules: `RowCount > avg(last(10)) * 0.8` with the results of earlier runs put in. Pure.

After "Dynamic rules" in the DQDL reference: without an earlier result `last(k)` is 0.0, with fewer than k it
is all of them, and `index` beyond them is an error, by which the rule fails. The reference does not say which
deviation `std` is; here it is that of the population, as in StandardDeviation, which one result has as well.
"""

from __future__ import annotations

import statistics
from collections.abc import Sequence
from dataclasses import replace
from decimal import Decimal, DecimalException

from quality.dqdl import Condition, Operand, Rule, Ruleset
from quality.dqdl.history import LAST, runs_needed
from quality.earlier import Earlier
from quality.measures import condition_metric, subject, threshold_metric

_DEFAULT = (Decimal(0),)  # what `last` is where there is no earlier result


class _NoNumberError(Exception):
    """Why a value cannot be worked out."""


def looks_back(ruleset: Ruleset) -> bool:
    """Whether a rule has to know the results of earlier runs."""
    return any(
        leaf.rule_type == "DetectAnomalies" or any(map(_is_dynamic, (leaf.condition, leaf.threshold)))
        for leaf in ruleset.leaves()
    )


def resolved(ruleset: Ruleset, earlier: Earlier) -> Ruleset:
    """The rules with numbers in place of functions. Their texts stay as they were written, and what cannot be
    worked out stays a function, with the reason as its value."""
    return replace(ruleset, rules=tuple(_rule(rule, earlier) for rule in ruleset.rules))


def unresolved(rule: Rule) -> str:
    """Why a resolved rule, which is no composite, cannot be judged; empty if it can."""
    for condition in (rule.condition, rule.threshold):
        for operand in condition.operands if condition else ():
            if operand.kind == "function":
                return f"`{operand.text}`: {operand.value or 'the results of earlier runs are not known'}"
    return ""


def in_numbers(rule: Rule) -> Rule:
    """A resolved rule spelt with its numbers, for an engine that reads texts."""
    if rule.parts:
        return replace(rule, parts=tuple(in_numbers(part) for part in rule.parts))
    return replace(
        rule,
        condition=rule.condition and rule.condition.in_numbers(),
        threshold=rule.threshold and rule.threshold.in_numbers(),
    )


def _is_dynamic(condition: Condition | None) -> bool:
    return condition is not None and condition.is_dynamic


def _rule(rule: Rule, earlier: Earlier) -> Rule:
    if rule.parts:
        return replace(rule, parts=tuple(_rule(part, earlier) for part in rule.parts))
    return replace(
        rule,
        condition=_condition(rule, rule.condition, condition_metric(rule), earlier),
        threshold=_condition(rule, rule.threshold, threshold_metric(rule), earlier),
    )


def _condition(rule: Rule, condition: Condition | None, metric: str, earlier: Earlier) -> Condition | None:
    if condition is None or not condition.is_dynamic:
        return condition
    found = earlier.results.get((subject(rule, metric), metric), ())
    results = [Decimal(repr(value)) for value in found]
    operands = tuple(_operand(operand, results, earlier.problem) for operand in condition.operands)
    return replace(condition, operands=operands)


def _operand(operand: Operand, results: Sequence[Decimal], problem: str) -> Operand:
    if operand.kind != "function":
        return operand
    if problem:
        return replace(operand, value=problem)
    try:
        return replace(operand, kind="number", value=_number(operand, results))
    except _NoNumberError as error:
        return replace(operand, value=str(error))
    except DecimalException:
        return replace(operand, value="it has no value: a division by zero, or a number out of range")


def _number(operand: Operand, results: Sequence[Decimal]) -> Decimal:
    if isinstance(operand.value, Decimal):
        return operand.value
    if operand.name == LAST:
        return _last(operand, results)[0]
    if operand.name in ("+", "-", "*", "/"):
        left, right = (_number(argument, results) for argument in operand.arguments)
        operation = {"+": left.__add__, "-": left.__sub__, "*": left.__mul__, "/": left.__truediv__}
        return operation[operand.name](right)
    if operand.name == "abs":
        return abs(_number(operand.arguments[0], results))
    history, *numbers = operand.arguments
    return _of_a_list(operand.name, _last(history, results), [_number(one, results) for one in numbers])


def _last(operand: Operand, results: Sequence[Decimal]) -> Sequence[Decimal]:
    return results[: runs_needed(operand)] or _DEFAULT


def _of_a_list(name: str, values: Sequence[Decimal], numbers: Sequence[Decimal]) -> Decimal:
    if name == "index":
        return _at(values, int(numbers[0]))
    if name == "percentile":
        return _percentile(values, numbers[0])
    functions = {
        "avg": statistics.mean,
        "max": max,
        "median": statistics.median,
        "min": min,
        "std": statistics.pstdev,
        "sum": sum,
    }
    return Decimal(functions[name](values))  # type: ignore[operator]


def _at(values: Sequence[Decimal], place: int) -> Decimal:
    if place >= len(values):
        raise _NoNumberError(f"there is no earlier result at place {place}, counted from 0")
    return values[place]


def _percentile(values: Sequence[Decimal], share: Decimal) -> Decimal:
    """Linear between the two results beside it."""
    ordered, at = sorted(values), share * (len(values) - 1)
    below = int(at)
    above = min(below + 1, len(ordered) - 1)
    return ordered[below] + (ordered[above] - ordered[below]) * (at - below)
