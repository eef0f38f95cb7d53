"""Values and conditions: the part of the grammar's callbacks that builds them."""

from __future__ import annotations

import re
from decimal import Decimal, DivisionByZero, InvalidOperation

from lark import Token, Transformer

from etl_core.registry import closest_hint
from quality.dqdl.errors import DqdlError
from quality.dqdl.model import Condition, Operand

_ESCAPE = re.compile(r"\\(.)", re.DOTALL)


def inner(text: str) -> str:
    """What stands between the double quotes, as written. Deequ's parser unescapes only string values, not
    parameters, patterns and `where`, and both must mean the same."""
    return text[1:-1]


def _plain(value: Decimal) -> str:
    return f"{value:f}"


class OperandBuilder(Transformer[Token, object]):
    """Callbacks of values; each takes the children of one grammar rule. It collects the text's variables,
    which stand before its rules."""

    def __init__(self) -> None:
        super().__init__()
        self.variables: dict[str, Operand | tuple[Operand, ...]] = {}

    def variable(self, children: list[Token | Operand | tuple[Operand, ...]]) -> None:
        name, value = children
        assert isinstance(name, Token)
        assert not isinstance(value, Token)
        self.variables[str(name)] = value

    def VARIABLE(self, token: Token) -> Operand | tuple[Operand, ...]:
        name = str(token)[1:]
        if name not in self.variables:
            raise DqdlError(
                f"unknown variable ${name}",
                line=token.line or 1,
                column=token.column or 1,
                hint=closest_hint(name, tuple(self.variables)),
            )
        return self.variables[name]

    def number(self, children: list[Token]) -> Operand:
        return Operand("number", str(children[0]), Decimal(children[0]))

    def string(self, children: list[Token]) -> Operand:
        return Operand("string", str(children[0]), _ESCAPE.sub(r"\1", inner(children[0])))

    def keyword(self, children: list[Token]) -> Operand:
        return Operand("keyword", children[0].upper(), children[0].upper())

    def duration(self, children: list[Token]) -> Operand:
        return Operand("duration", _spaced(children[0]))

    def size(self, children: list[Token]) -> Operand:
        return Operand("size", _spaced(children[0]))

    def date(self, children: list[Token]) -> Operand:
        if len(children) == 1:
            return Operand("date", "now()")
        return Operand("date", f"(now() {children[1]} {_spaced(children[2])})")

    def nested(self, children: list[Operand]) -> Operand:
        (inner,) = children
        return inner if inner.kind == "number" else Operand(inner.kind, f"({inner.text})")

    def call(self, children: list[Token | Operand | None]) -> Operand:
        arguments = ", ".join(child.text for child in children[1:] if isinstance(child, Operand))
        return Operand("function", f"{children[0]}({arguments})")

    def signed(self, children: list[Token | Operand]) -> Operand:
        sign, operand = children
        assert isinstance(operand, Operand)
        if isinstance(operand.value, Decimal):
            value = -operand.value if sign == "-" else operand.value
            return Operand("number", _plain(value), value)
        return Operand(operand.kind, f"{sign}{operand.text}")

    def arithmetic(self, children: list[Token | Operand]) -> Operand:
        left, sign, right = children
        assert isinstance(left, Operand)
        assert isinstance(right, Operand)
        assert isinstance(sign, Token)
        if isinstance(left.value, Decimal) and isinstance(right.value, Decimal):
            value = _calculate(left.value, sign, right.value)
            return Operand("number", _plain(value), value)
        return Operand("function", f"{left.text} {sign} {right.text}")

    def compare(self, children: list[Token | Operand]) -> Condition:
        operator, operand = children
        assert isinstance(operator, Token)
        if not isinstance(operand, Operand):
            raise DqdlError(
                f"{operator} compares with one value, not with a list",
                line=operator.line or 1,
                column=operator.column or 1,
                hint="use `in`",
            )
        return Condition(str(operator), (operand,))

    def between(self, children: list[Token | Operand | None]) -> Condition:
        operands = tuple(child for child in children if isinstance(child, Operand))
        return Condition("between" if children[0] is None else "not between", operands)

    def values(self, children: list[Operand | tuple[Operand, ...]]) -> tuple[Operand, ...]:
        return tuple(
            operand for child in children for operand in (child if isinstance(child, tuple) else (child,))
        )

    def member(self, children: list[Token | Operand | tuple[Operand, ...] | None]) -> Condition:
        operands = tuple(child for child in children[2:] if isinstance(child, Operand))
        operands = children[2] if isinstance(children[2], tuple) else operands
        return Condition("in" if children[0] is None else "not in", operands)

    def matches(self, children: list[Token | None]) -> Condition:
        pattern = str(children[2])
        operand = Operand("string", pattern, inner(pattern))
        return Condition("matches" if children[0] is None else "not matches", (operand,))


def _spaced(amount_and_unit: str) -> str:
    digits = amount_and_unit.rstrip("abcdefghijklmnopqrstuvwxyzKMGTB \t\r\n")
    return f"{digits} {amount_and_unit[len(digits) :].strip()}"


def _calculate(left: Decimal, sign: Token, right: Decimal) -> Decimal:
    try:
        return {"+": left.__add__, "-": left.__sub__, "*": left.__mul__, "/": left.__truediv__}[sign](right)
    except (DivisionByZero, InvalidOperation):
        raise DqdlError("division by zero", line=sign.line or 1, column=sign.column or 1) from None
