"""Rules and rulesets: the part of the grammar's callbacks that builds them."""

from __future__ import annotations

from dataclasses import replace
from typing import Literal, NamedTuple

from lark import Token

from quality.dqdl.conditions import Condition, Operand, Place, Tag
from quality.dqdl.constants import Constant, Reference, put_in
from quality.dqdl.errors import DqdlError
from quality.dqdl.model import COMPOSITE, Analyzer, Label, Rule, Ruleset
from quality.dqdl.operands import at, inner
from quality.dqdl.sections import Labels, SectionBuilder, document


class Where(NamedTuple):
    sql: str
    place: Place


class Builder(SectionBuilder):
    """Turns the parse tree of one text into a Ruleset. It keeps nothing from one text to the next."""

    def start(self, children: list[Ruleset | Constant]) -> Ruleset:
        constants = [child for child in children if isinstance(child, Constant)]
        return put_in(constants, document(children))

    def any_of(self, children: list[Rule]) -> Rule:
        return _composite("or", children)

    def all_of(self, children: list[Rule]) -> Rule:
        return _composite("and", children)

    def group(self, children: list[Rule | Token | tuple[Label, ...] | None]) -> Rule:
        rule, keyword, pairs = children
        assert isinstance(rule, Rule)
        if not isinstance(keyword, Token) or not isinstance(pairs, tuple):
            return rule
        labels = self.own_labels([keyword, pairs])
        _only_one([rule.labels_at] * bool(rule.labels) + [labels.place], "list of labels")
        return replace(rule, labels=labels.pairs, labels_at=labels.place)

    def where(self, children: list[Token]) -> Where:
        (sql,) = children
        if not inner(sql).strip():
            raise DqdlError("`where` is empty", **at(sql), hint='write for example where "amount > 0"')
        return Where(inner(sql), place(sql))

    def tag(self, children: list[Token | Condition]) -> Tag:
        name, condition = children
        assert isinstance(name, Token)
        assert isinstance(condition, Condition)
        return Tag(str(name), condition, **at(name))

    def tag_of_list(self, children: list[Token | tuple[Operand, ...]]) -> Tag:
        name, values = children
        assert isinstance(name, Token)
        assert isinstance(values, tuple)
        return Tag(str(name), Condition("in", values, **at(name)), **at(name))

    def rule(self, children: list[object]) -> Rule:
        head, *parts = children
        assert isinstance(head, Token)
        tokens = [part for part in parts if isinstance(part, Token)]
        where = next((part for part in parts if isinstance(part, Where)), Where("", place(head)))
        tags = [part for part in parts if isinstance(part, Tag)]
        thresholds = [tag for tag in tags if tag.name == "threshold"]
        _only_one([Place(tag.line, tag.column) for tag in thresholds], "threshold")
        labels = [part for part in parts if isinstance(part, Labels)]
        _only_one([one.place for one in labels], "list of labels")
        labels = labels or [Labels((), place(head))]
        return Rule(
            rule_type=str(head),
            parameters=tuple(_parameter(token) for token in tokens),
            condition=next((part for part in parts if isinstance(part, Condition)), None),
            where=where.sql,
            threshold=thresholds[0].condition if thresholds else None,
            tags=tuple(tag for tag in tags if tag.name != "threshold"),
            places=tuple(place(token) for token in tokens),
            where_at=where.place,
            labels=labels[0].pairs,
            labels_at=labels[0].place,
            **at(head),
        )

    def analyzer(self, children: list[object]) -> Analyzer:
        head, *parts = children
        assert isinstance(head, Token)
        tokens = [part for part in parts if isinstance(part, Token)]
        return Analyzer(
            analyzer_type=str(head),
            parameters=tuple(_parameter(token) for token in tokens),
            options=tuple(part for part in parts if type(part) is tuple),
            places=tuple(place(token) for token in tokens),
            **at(head),
        )

    def option(self, children: list[Token]) -> tuple[str, str]:
        name, value = children
        return str(name), str(value)


def place(token: Token) -> Place:
    return Place(token.line or 1, token.column or 1)


def _parameter(token: Token) -> str:
    if token.type == "CONSTANT":
        return Reference(token[1:])
    return inner(token) if token.startswith('"') else str(token)


def _composite(operator: Literal["and", "or"], children: list[Rule]) -> Rule:
    parts = tuple(
        part
        for rule in children
        for part in (rule.parts if rule.operator == operator and not rule.labels else (rule,))
    )
    return Rule(COMPOSITE, operator=operator, parts=parts, line=parts[0].line, column=parts[0].column)


def _only_one(places: list[Place], noun: str) -> None:
    if len(places) > 1:
        line, column = places[1]
        raise DqdlError(f"a second {noun} of one rule", line=line, column=column, hint="keep one of them")
