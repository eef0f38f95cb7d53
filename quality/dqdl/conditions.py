"""Values and conditions of a rule: plain frozen data, without Spark.

`line` and `column` count from 1 within the ruleset's text; they take no part in comparisons.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from decimal import Decimal
from typing import Literal, NamedTuple

OperandKind = Literal["number", "function", "string", "keyword", "date", "duration", "size", "constant"]


class Place(NamedTuple):
    """Where something stands in the text, from 1."""

    line: int
    column: int


@dataclass(frozen=True, slots=True)
class Operand:
    """One value of a condition. `text` is DQDL; `value` the number or the unquoted text.

    Arithmetic on literals is worked out while parsing. `function` needs the results of earlier runs:
    `name` is a function (`avg`, `last`) or an operator (+ - * /) and `arguments` its operands, as in
    `avg(last(10)) * 0.8`; once these are known it is a `number` whose text is still the function, or its
    `value` says why they cannot be known. `constant` is `$name` before the constants of a text are put in;
    a parsed ruleset has none.
    """

    kind: OperandKind
    text: str
    value: Decimal | str = ""
    name: str = ""
    arguments: tuple[Operand, ...] = ()
    line: int = field(default=1, compare=False)
    column: int = field(default=1, compare=False)

    @property
    def is_resolved(self) -> bool:
        """Whether it is a number that was a function."""
        return self.kind == "number" and bool(self.name)

    def in_numbers(self, precision: str = "") -> Operand:
        """A resolved one with its number as text, exact, or as a float in the format `precision`."""
        if not self.is_resolved or not isinstance(self.value, Decimal):
            return self
        text = format(float(self.value), precision) if precision else f"{self.value:f}"
        return replace(self, text=text, name="", arguments=())

    def walk(self) -> Iterator[Operand]:
        """The operand and all inside it."""
        yield self
        for argument in self.arguments:
            yield from argument.walk()


@dataclass(frozen=True, slots=True)
class Condition:
    """`operator` is one of = != > >= < <=, [not ]between, [not ]in, [not ]matches."""

    operator: str
    operands: tuple[Operand, ...]
    line: int = field(default=1, compare=False)
    column: int = field(default=1, compare=False)

    @property
    def text(self) -> str:
        values = [operand.text for operand in self.operands]
        if self.operator.endswith("between"):
            return f"{self.operator} {values[0]} and {values[1]}"
        if self.operator.endswith("in"):
            return f"{self.operator} [{', '.join(values)}]"
        return f"{self.operator} {values[0]}"

    @property
    def is_dynamic(self) -> bool:
        """Whether it needs the results of earlier runs."""
        return any(operand.kind == "function" for operand in self.operands)

    @property
    def wanted(self) -> str:
        """The text, and what it amounts to where it was made of earlier results."""
        if not any(operand.is_resolved for operand in self.operands):
            return self.text
        rounded = replace(self, operands=tuple(operand.in_numbers(".10g") for operand in self.operands))
        return f"{self.text}, now {rounded.text}"

    def in_numbers(self) -> Condition:
        """With the numbers that functions of earlier results stand for, where they are known."""
        return replace(self, operands=tuple(operand.in_numbers() for operand in self.operands))


@dataclass(frozen=True, slots=True)
class Tag:
    """`with NAME CONDITION` behind a rule, `threshold` excepted."""

    name: str
    condition: Condition
    line: int = field(default=1, compare=False)
    column: int = field(default=1, compare=False)

    @property
    def text(self) -> str:
        condition = self.condition
        if condition.operator == "in":  # DQDL writes the order of filters as `= [...]`
            return f"with {self.name} = {condition.text.removeprefix('in ')}"
        return f"with {self.name} {condition.text}"
