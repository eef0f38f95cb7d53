"""Constants of a document (`codes = ["a", "b"]`) put in where rules name them (`in $codes`)."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

from etl_core.registry import closest_hint
from quality.dqdl.conditions import Condition, Operand, Place, Tag
from quality.dqdl.errors import DqdlError
from quality.dqdl.model import Analyzer, Rule, Ruleset

_NAMES_ONE = re.compile(r"\$[A-Za-z_][A-Za-z0-9_.]*")  # the published parser looks inside texts, too


class Reference(str):
    """A parameter that names a constant, until its value is put in: no text that begins with $."""

    __slots__ = ()


@dataclass(frozen=True)
class Constant:
    """A text or keyword, or a list of them."""

    name: str
    values: tuple[Operand, ...]
    is_list: bool
    line: int
    column: int


def put_in(constants: Sequence[Constant], ruleset: Ruleset) -> Ruleset:
    """The ruleset with the values of constants in place of their names.

    Raises DqdlError for a constant that is unknown, defined twice, made of others, or a list where one text
    is wanted; the place is that of its use.
    """
    known = _known(constants)
    named = map(_names_constants, ruleset.leaves()), map(_names_constants, ruleset.analyzers)
    if not any(map(any, named)):
        return ruleset  # as almost always: nothing has to be made anew
    return replace(
        ruleset,
        rules=tuple(_rule(rule, known) for rule in ruleset.rules),
        analyzers=tuple(_analyzer(analyzer, known) for analyzer in ruleset.analyzers),
    )


def _names_constants(item: Rule | Analyzer) -> bool:
    if any(isinstance(parameter, Reference) for parameter in item.parameters):
        return True
    if isinstance(item, Analyzer):
        return False
    conditions = (item.condition, item.threshold, *(tag.condition for tag in item.tags))
    return any(
        operand.kind == "constant" for condition in conditions if condition for operand in condition.operands
    )


def _known(constants: Sequence[Constant]) -> dict[str, Constant]:
    known: dict[str, Constant] = {}
    for constant in constants:
        if constant.name in known:
            raise DqdlError.at(
                constant, f"the constant {constant.name} is defined twice", "rename one of them"
            )
        if constant.name.startswith("_"):
            raise DqdlError.at(
                constant, f"the constant {constant.name} begins with _", "begin it with a letter"
            )
        for value in constant.values:
            if value.kind == "constant" or _NAMES_ONE.search(value.text):
                raise DqdlError.at(value, "a constant is not made of others", "write the text itself")
        known[constant.name] = constant
    return known


def _rule(rule: Rule, known: Mapping[str, Constant]) -> Rule:
    if rule.parts:
        return replace(rule, parts=tuple(_rule(part, known) for part in rule.parts))
    return replace(
        rule,
        parameters=_parameters(rule.parameters, rule.places, known),
        condition=rule.condition and _condition(rule.condition, known),
        threshold=rule.threshold and _condition(rule.threshold, known),
        tags=tuple(_tag(tag, known) for tag in rule.tags),
    )


def _analyzer(analyzer: Analyzer, known: Mapping[str, Constant]) -> Analyzer:
    return replace(analyzer, parameters=_parameters(analyzer.parameters, analyzer.places, known))


def _tag(tag: Tag, known: Mapping[str, Constant]) -> Tag:
    return replace(tag, condition=_condition(tag.condition, known))


def _condition(condition: Condition, known: Mapping[str, Constant]) -> Condition:
    if all(operand.kind != "constant" for operand in condition.operands):
        return condition
    values: list[Operand] = []
    for operand in condition.operands:
        if operand.kind != "constant":
            values.append(operand)
            continue
        constant = _named(str(operand.value), operand, known)
        if constant.is_list and not condition.operator.endswith("in"):
            message = f"{condition.operator} compares with one value, not with the list {operand.text}"
            raise DqdlError.at(operand, message, "use `in`")
        values += (replace(value, line=operand.line, column=operand.column) for value in constant.values)
    return replace(condition, operands=tuple(values))


def _parameters(
    parameters: tuple[str, ...], places: tuple[Place, ...], known: Mapping[str, Constant]
) -> tuple[str, ...]:
    return tuple(
        _parameter(parameter, place, known) for parameter, place in zip(parameters, places, strict=True)
    )


def _parameter(parameter: str, place: Place, known: Mapping[str, Constant]) -> str:
    if not isinstance(parameter, Reference):
        return parameter
    constant = _named(parameter, place, known)
    if constant.is_list:
        raise DqdlError.at(place, f"${parameter} is a list; one text is wanted here", "define it without [ ]")
    return constant.values[0].text.removeprefix('"').removesuffix('"')


def _named(name: str, at: Operand | Place, known: Mapping[str, Constant]) -> Constant:
    if name not in known:
        raise DqdlError.at(at, f"unknown constant ${name}", closest_hint(name, tuple(known)))
    return known[name]
