"""Rules and rulesets: the part of the grammar's callbacks that builds them."""

from __future__ import annotations

from typing import Literal, NamedTuple

from lark import Token

from quality.dqdl.errors import DqdlError
from quality.dqdl.model import COMPOSITE, Condition, Rule, Ruleset, Section
from quality.dqdl.operands import OperandBuilder, inner
from quality.dqdl.types import RULE_TYPES

Labels = tuple[tuple[str, str], ...]


class Where(NamedTuple):
    sql: str


class Tag(NamedTuple):
    name: str
    condition: Condition


class Builder(OperandBuilder):
    """Turns the parse tree of one text into a Ruleset."""

    def start(self, children: list[object]) -> Ruleset:
        rules = tuple(rule for child in children if isinstance(child, tuple) for rule in child)
        sections = tuple(child for child in children if isinstance(child, Section))
        return Ruleset(rules, sections)

    def rules(self, children: list[Token | Rule | None]) -> tuple[Rule, ...]:
        keyword, *rules = children
        found = tuple(rule for rule in rules if isinstance(rule, Rule))
        if not found:
            assert isinstance(keyword, Token)
            raise DqdlError("the list of rules is empty", line=keyword.line or 1, column=keyword.column or 1)
        return found

    def analyzers(self, children: list[Token]) -> Section:
        return _section(children[0])

    def data_sources(self, children: list[Token]) -> Section:
        return _section(children[0])

    def analyzer(self, children: list[Token]) -> None:
        """Analyzers compute statistics without judging them; they leave nothing in the ruleset."""

    def metadata(self, children: list[Token]) -> None:
        """A version number, of no consequence."""

    def default_labels(self, children: list[Labels]) -> None:
        """Labels for reports, of no consequence to verdicts."""

    def any_of(self, children: list[Rule]) -> Rule:
        return _composite("or", children)

    def all_of(self, children: list[Rule]) -> Rule:
        return _composite("and", children)

    def group(self, children: list[Rule | Labels | None]) -> Rule:
        rule = children[0]
        assert isinstance(rule, Rule)
        return rule

    def where(self, children: list[Token]) -> Where:
        return Where(inner(children[0]))

    def label(self, children: list[Token]) -> tuple[str, str]:
        return inner(children[0]), inner(children[1])

    def labels(self, children: list[tuple[str, str] | None]) -> Labels:
        return tuple(label for label in children if label)

    def tag(self, children: list[Token | Condition]) -> Tag:
        name, condition = children
        assert isinstance(condition, Condition)
        return Tag(str(name), condition)

    def rule(self, children: list[object]) -> Rule:
        head, *parts = children
        assert isinstance(head, Token)
        name, tags = str(head), [part for part in parts if isinstance(part, Tag)]
        parameters = tuple(_parameter(part) for part in parts if isinstance(part, Token))
        known = RULE_TYPES.get(name)
        return Rule(
            rule_type=name,
            line=head.line or 1,
            column=head.column or 1,
            columns=_columns(name, parameters),
            row_level=bool(known and known.row_level),
            has_threshold=any(tag.name == "threshold" for tag in tags),
            parameters=parameters,
            condition=next((part for part in parts if isinstance(part, Condition)), None),
            where=next((part.sql for part in parts if isinstance(part, Where)), ""),
            threshold=next((tag.condition for tag in tags if tag.name == "threshold"), None),
            tags=tuple((tag.name, tag.condition) for tag in tags if tag.name != "threshold"),
            labels=next((part for part in parts if type(part) is tuple), ()),
        )


def _columns(rule_type: str, parameters: tuple[str, ...]) -> tuple[str, ...]:
    if rule_type == "ReferentialIntegrity":  # "a,b" "other.{x,y}"
        return tuple(name.strip() for name in "".join(parameters[:1]).split(","))
    known = RULE_TYPES.get(rule_type)
    return parameters if known and known.names_columns else ()


def _composite(operator: Literal["and", "or"], children: list[Rule]) -> Rule:
    parts = tuple(
        part for rule in children for part in (rule.parts if rule.operator == operator else (rule,))
    )
    return Rule(
        rule_type=COMPOSITE,
        line=parts[0].line,
        column=parts[0].column,
        columns=tuple(dict.fromkeys(column for part in parts for column in part.columns)),
        row_level=all(part.row_level for part in parts),
        has_threshold=any(part.has_threshold for part in parts),
        operator=operator,
        parts=parts,
    )


def _parameter(token: Token) -> str:
    return inner(token) if token.startswith('"') else str(token)


def _section(token: Token) -> Section:
    return Section(str(token), token.line or 1, token.column or 1)
