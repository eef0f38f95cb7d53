"""Short names for the parts of expected models. They only fill in fields: nothing here reads DQDL."""

from __future__ import annotations

from decimal import Decimal

from quality.dqdl.conditions import Condition, Operand, Tag
from quality.dqdl.model import Rule


def number(text: str) -> Operand:
    return Operand("number", text, Decimal(text))


def text(value: str, written: str | None = None) -> Operand:
    return Operand("string", f'"{value if written is None else written}"', value)


def keyword(name: str) -> Operand:
    return Operand("keyword", name, name)


def date(written: str) -> Operand:
    return Operand("date", written)


def duration(written: str) -> Operand:
    return Operand("duration", written)


def size(written: str) -> Operand:
    return Operand("size", written)


def function(written: str, name: str, *arguments: Operand) -> Operand:
    return Operand("function", written, name=name, arguments=arguments)


def last(count: int) -> Operand:
    return function(f"last({count})", "last", number(str(count)))


def of_last(name: str, count: int) -> Operand:
    return function(f"{name}(last({count}))", name, last(count))


def than(operator: str, *operands: Operand) -> Condition:
    return Condition(operator, operands)


def numbers(operator: str, *texts: str) -> Condition:
    return Condition(operator, tuple(number(one) for one in texts))


def texts(operator: str, *values: str) -> Condition:
    return Condition(operator, tuple(text(one) for one in values))


def tag(name: str, value: Operand) -> Tag:
    return Tag(name, Condition("=", (value,)))


def order(*values: str) -> Tag:
    return Tag("filterOrder", texts("in", *values))


def both(*parts: Rule) -> Rule:
    return Rule("Composite", operator="and", parts=parts)


def either(*parts: Rule) -> Rule:
    return Rule("Composite", operator="or", parts=parts)


NULL, EMPTY, WHITESPACES_ONLY = keyword("NULL"), keyword("EMPTY"), keyword("WHITESPACES_ONLY")
