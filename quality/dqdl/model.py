"""A parsed ruleset: plain frozen data, without Spark.

Two rulesets are equal when they say the same, wherever it stands in their texts: places (`line`, `column`,
from 1) take no part in comparisons.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from typing import Literal

from quality.dqdl.conditions import Condition, Operand, OperandKind, Place, Tag
from quality.dqdl.naming import Elsewhere, named_columns, named_elsewhere
from quality.dqdl.types import RULE_TYPES

__all__ = [
    "COMPOSITE",
    "Analyzer",
    "Condition",
    "DataSources",
    "Label",
    "Operand",
    "OperandKind",
    "Place",
    "Rule",
    "Ruleset",
    "Section",
    "Tag",
]

COMPOSITE = "Composite"
ALL_COLUMNS = "AllColumns"
Label = tuple[str, str]


@dataclass(frozen=True, slots=True)
class Rule:
    """One rule, or a composite of `parts` joined by `operator`.

    parameters: as written, without their quotes; `places` says where each stands. labels: the rule's own.
    measures: it is an analyzer, and judges nothing.
    """

    rule_type: str
    parameters: tuple[str, ...] = ()
    condition: Condition | None = None
    where: str = ""
    threshold: Condition | None = None
    tags: tuple[Tag, ...] = ()
    labels: tuple[Label, ...] = ()
    operator: Literal["", "and", "or"] = ""
    parts: tuple[Rule, ...] = ()
    measures: bool = False
    line: int = field(default=1, compare=False)
    column: int = field(default=1, compare=False)
    places: tuple[Place, ...] = field(default=(), compare=False)
    where_at: Place = field(default=Place(1, 1), compare=False)
    labels_at: Place = field(default=Place(1, 1), compare=False)

    @property
    def columns(self) -> tuple[str, ...]:
        """The columns of the judged table that the rule names in its parameters."""
        if self.parts:
            return tuple(dict.fromkeys(column for part in self.parts for column in part.columns))
        return tuple(column for column, _ in named_columns(self.rule_type, self.parameters))

    def column_places(self) -> Iterator[tuple[str, Place]]:
        """The columns that the parameters of a rule, which is no composite, name, and where."""
        for column, index in named_columns(self.rule_type, self.parameters):
            yield column, self.places[index]

    def elsewhere(self) -> tuple[Elsewhere, ...]:
        """What a rule, which is no composite, names of other datasets."""
        return tuple(named_elsewhere(self.rule_type, self.parameters))

    @property
    def row_level(self) -> bool:
        """Whether the rule says of each single row if it is good."""
        if self.parts:
            return all(part.row_level for part in self.parts)
        known = RULE_TYPES.get(self.rule_type)
        return bool(known and known.row_level and not self.measures)

    @property
    def has_threshold(self) -> bool:
        """Whether the share of good rows is judged (`with threshold`)."""
        return self.threshold is not None or any(part.has_threshold for part in self.parts)

    @property
    def text(self) -> str:
        """The rule in one canonical spelling, without its labels."""
        if self.parts:
            return f" {self.operator} ".join(f"({part.text})" for part in self.parts)
        words = [self.rule_type, *(f'"{parameter}"' for parameter in self.parameters)]
        words += [self.condition.text] if self.condition else []
        words += [f'where "{self.where}"'] if self.where else []
        words += [f"with threshold {self.threshold.text}"] if self.threshold else []
        words += [tag.text for tag in self.tags]
        return " ".join(words)

    def leaves(self) -> tuple[Rule, ...]:
        """The rule itself, or the rules of which a composite is made, left to right."""
        return tuple(leaf for part in self.parts for leaf in part.leaves()) if self.parts else (self,)


@dataclass(frozen=True, slots=True)
class Analyzer:
    """A statistic that is gathered without being judged."""

    analyzer_type: str
    parameters: tuple[str, ...] = ()
    options: tuple[Label, ...] = ()
    line: int = field(default=1, compare=False)
    column: int = field(default=1, compare=False)
    places: tuple[Place, ...] = field(default=(), compare=False)

    def as_rule(self) -> Rule:
        return Rule(
            self.analyzer_type,
            self.parameters,
            measures=True,
            line=self.line,
            column=self.column,
            places=self.places,
        )

    @property
    def columns(self) -> tuple[str, ...]:
        return tuple(name for name, _ in named_columns(self.analyzer_type, self.parameters))

    def column_places(self) -> Iterator[tuple[str, Place]]:
        """The columns that the analyzer names, and where."""
        for column, index in named_columns(self.analyzer_type, self.parameters):
            yield column, self.places[index]

    @property
    def text(self) -> str:
        words = [name if name == ALL_COLUMNS else f'"{name}"' for name in self.parameters]
        options = ", ".join(f"{name} = {value}" for name, value in self.options)
        return " ".join([self.analyzer_type, *words, *([f"with {options}"] if options else [])])


@dataclass(frozen=True, slots=True)
class DataSources:
    """Names of the judged dataset and of those that rules compare it with."""

    primary: str = ""
    additional: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Section:
    """Where a part of the document begins: its keyword, or `constants` for one of these."""

    name: str
    line: int
    column: int


@dataclass(frozen=True, slots=True)
class Ruleset:
    """A DQDL document. Constants have been put in where they were named."""

    rules: tuple[Rule, ...] = ()
    analyzers: tuple[Analyzer, ...] = ()
    default_labels: tuple[Label, ...] = ()
    sources: DataSources | None = None
    version: str = ""
    sections: tuple[Section, ...] = field(default=(), compare=False)

    def leaves(self) -> tuple[Rule, ...]:
        return tuple(leaf for rule in self.rules for leaf in rule.leaves())

    def with_analyzers(self) -> Ruleset:
        """Its analyzers stand behind its rules, as rules that judge nothing; each once."""
        found = dict.fromkeys(analyzer.as_rule() for analyzer in self.analyzers)
        return replace(self, rules=(*self.rules, *found), analyzers=())

    def labels_of(self, rule: Rule) -> dict[str, str]:
        """The default labels and the rule's own, which win."""
        return dict(self.default_labels) | dict(rule.labels)
