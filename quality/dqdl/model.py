"""A parsed ruleset: plain frozen data, without Spark."""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal
from typing import Literal

OperandKind = Literal["number", "function", "string", "keyword", "date", "duration", "size"]
COMPOSITE = "Composite"


@dataclass(frozen=True, slots=True)
class Operand:
    """One value of a condition. `text` is DQDL; `value` the number or the unquoted text.

    Arithmetic on literals is worked out while parsing; `function` is an expression that needs the results of
    earlier runs, such as `avg(last(10))`.
    """

    kind: OperandKind
    text: str
    value: Decimal | str = ""


@dataclass(frozen=True, slots=True)
class Condition:
    """`operator` is one of = != > >= < <=, [not ]between, [not ]in, [not ]matches."""

    operator: str
    operands: tuple[Operand, ...]

    @property
    def text(self) -> str:
        values = [operand.text for operand in self.operands]
        if self.operator.endswith("between"):
            return f"{self.operator} {values[0]} and {values[1]}"
        if self.operator.endswith("in"):
            return f"{self.operator} [{', '.join(values)}]"
        return f"{self.operator} {values[0]}"


@dataclass(frozen=True, slots=True)
class Rule:
    """One rule, or a composite of `parts` joined by `operator`.

    columns: the columns of the judged table that the rule names as parameters. row_level: the rule says of
    each single row whether it is good. has_threshold: the share of good rows is judged (`with threshold`).
    line, column: where the rule begins, from 1. text: the rule in one canonical spelling, without its labels.
    """

    rule_type: str
    line: int
    column: int
    columns: tuple[str, ...] = ()
    row_level: bool = False
    has_threshold: bool = False
    parameters: tuple[str, ...] = ()
    condition: Condition | None = None
    where: str = ""
    threshold: Condition | None = None
    tags: tuple[tuple[str, Condition], ...] = ()
    labels: tuple[tuple[str, str], ...] = ()
    operator: Literal["", "and", "or"] = ""
    parts: tuple[Rule, ...] = ()

    @property
    def text(self) -> str:
        if self.parts:
            return f" {self.operator} ".join(f"({part.text})" for part in self.parts)
        words = [self.rule_type, *(f'"{parameter}"' for parameter in self.parameters)]
        words += [self.condition.text] if self.condition else []
        words += [f'where "{self.where}"'] if self.where else []
        words += [f"with threshold {self.threshold.text}"] if self.threshold else []
        words += [f"with {name} {value.text}" for name, value in self.tags]
        return " ".join(words)

    def leaves(self) -> tuple[Rule, ...]:
        """The rule itself, or the rules of which a composite is made, left to right."""
        return tuple(leaf for part in self.parts for leaf in part.leaves()) if self.parts else (self,)


@dataclass(frozen=True, slots=True)
class Section:
    """A part of a ruleset besides its rules: Analyzers, DataSources."""

    name: str
    line: int
    column: int


@dataclass(frozen=True, slots=True)
class Ruleset:
    rules: tuple[Rule, ...]
    sections: tuple[Section, ...] = ()

    def leaves(self) -> tuple[Rule, ...]:
        return tuple(leaf for rule in self.rules for leaf in rule.leaves())
