"""Values and conditions: the part of the grammar's callbacks that builds them."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import replace
from decimal import Decimal, DivisionByZero, InvalidOperation
from typing import TypedDict

from lark import Token, Transformer

from quality.dqdl.conditions import Condition, Operand
from quality.dqdl.errors import DqdlError

_ESCAPE = re.compile(r"\\(.)", re.DOTALL)


class At(TypedDict):
    line: int
    column: int


def at(token: Token | Operand) -> At:
    """Where `token` stands, as keyword arguments."""
    return {"line": token.line or 1, "column": token.column or 1}


def inner(text: str) -> str:
    """What stands between the double quotes, as written. Deequ's parser unescapes only string values, not
    parameters, patterns and `where`, and both must mean the same."""
    return text[1:-1]


class OperandBuilder(Transformer[Token, object]):
    """Callbacks of values; each takes the children of one grammar rule."""

    def number(self, children: list[Token]) -> Operand:
        (token,) = children
        return Operand("number", str(token), Decimal(token), **at(token))

    def string(self, children: list[Token]) -> Operand:
        (token,) = children
        return Operand("string", str(token), _ESCAPE.sub(r"\1", inner(token)), **at(token))

    def keyword(self, children: list[Token]) -> Operand:
        (token,) = children
        return Operand("keyword", token.upper(), token.upper(), **at(token))

    def reference(self, children: list[Token]) -> Operand:
        (token,) = children
        return Operand("constant", str(token), token[1:], **at(token))

    def duration(self, children: list[Token]) -> Operand:
        (token,) = children
        return Operand("duration", _spaced(token), **at(token))

    def size(self, children: list[Token]) -> Operand:
        (token,) = children
        return Operand("size", _spaced(token), **at(token))

    def date(self, children: list[Token]) -> Operand:
        now, *more = children
        text = f"(now() {more[0]} {_spaced(more[1])})" if more else "now()"
        return Operand("date", text, **at(now))

    def nested(self, children: list[Operand]) -> Operand:
        (operand,) = children
        if operand.kind == "number":
            return operand
        _need_number(operand)
        return replace(operand, text=f"({operand.text})")

    def call(self, children: list[Token | Operand | None]) -> Operand:
        name, *rest = children
        assert isinstance(name, Token)
        arguments = tuple(child for child in rest if isinstance(child, Operand))
        for argument in arguments:
            _need_number(argument)
        text = f"{name}({', '.join(argument.text for argument in arguments)})"
        return Operand("function", text, name=str(name), arguments=arguments, **at(name))

    def signed(self, children: list[Token | Operand]) -> Operand:
        sign, operand = children
        assert isinstance(sign, Token)
        assert isinstance(operand, Operand)
        if not isinstance(operand.value, Decimal):
            raise DqdlError(f"{sign} stands before what is no number", **at(sign), hint=f"write 0 {sign} ...")
        value = operand.value.copy_negate() if sign == "-" else operand.value
        return Operand("number", _plain(value), value, **at(sign))

    def arithmetic(self, children: list[Token | Operand]) -> Operand:
        left, sign, right = children
        assert isinstance(left, Operand)
        assert isinstance(right, Operand)
        assert isinstance(sign, Token)
        if isinstance(left.value, Decimal) and isinstance(right.value, Decimal):
            value = _calculate(left.value, sign, right.value)
            return Operand("number", _plain(value), value, **at(left))
        _need_number(left)
        _need_number(right)
        text = f"{left.text} {sign} {right.text}"
        return Operand("function", text, name=str(sign), arguments=(left, right), **at(left))

    def compare(self, children: list[Token | Operand]) -> Condition:
        operator, operand = children
        assert isinstance(operator, Token)
        assert isinstance(operand, Operand)
        return Condition("".join(operator.split()), (operand,), **at(operator))

    def between(self, children: list[Token | Operand | None]) -> Condition:
        return _condition("between", children, _operands(children))

    def values(self, children: list[Operand]) -> tuple[Operand, ...]:
        return tuple(children)

    def member(self, children: list[Token | Operand | tuple[Operand, ...] | None]) -> Condition:
        listed = children[2] if isinstance(children[2], tuple) else _operands(children)
        return _condition("in", children, listed)

    def matches(self, children: list[Token | None]) -> Condition:
        pattern = children[2]
        assert pattern is not None
        return _condition(
            "matches", children, (Operand("string", str(pattern), inner(pattern), **at(pattern)),)
        )


def _need_number(operand: Operand) -> None:
    if operand.kind not in ("number", "function"):
        raise DqdlError(f"`{operand.text}` is no number", **at(operand), hint="expected a number")


def _operands(children: Sequence[object]) -> tuple[Operand, ...]:
    return tuple(child for child in children if isinstance(child, Operand))


def _condition(operator: str, children: Sequence[object], operands: tuple[Operand, ...]) -> Condition:
    """`children` begin with `not` or None and the operator's own word."""
    negation, word = children[:2]
    first = negation if isinstance(negation, Token) else word
    assert isinstance(first, Token)
    return Condition(f"not {operator}" if negation else operator, operands, **at(first))


def _plain(value: Decimal) -> str:
    return f"{value:f}"


def _spaced(amount_and_unit: str) -> str:
    digits = re.match(r"\d+", amount_and_unit)
    assert digits is not None
    return f"{digits[0]} {amount_and_unit[digits.end() :].strip()}"


def _calculate(left: Decimal, sign: Token, right: Decimal) -> Decimal:
    try:
        return {"+": left.__add__, "-": left.__sub__, "*": left.__mul__, "/": left.__truediv__}[sign](right)
    except (DivisionByZero, InvalidOperation):
        raise DqdlError("division by zero", **at(sign)) from None
