"""The parts of a document around its rules: the grammar's callbacks for them, and their order.

Limits of labels, keys of dictionaries and the order of sections are those of the published parser.
"""

from __future__ import annotations

from typing import NamedTuple

from lark import Token

from quality.dqdl.conditions import Operand, Place
from quality.dqdl.constants import Constant
from quality.dqdl.errors import DqdlError
from quality.dqdl.explain import EXAMPLE
from quality.dqdl.model import Analyzer, DataSources, Label, Rule, Ruleset, Section
from quality.dqdl.operands import OperandBuilder, at, inner

CONSTANTS = "constants"
_ORDER = ("Metadata", "DataSources", CONSTANTS, "DefaultLabels", "Rules", "Analyzers")
_LONGEST_NAME, _LONGEST_VALUE = 128, 256
_VERSION = 'write Metadata = { "Version": "1.0" }'
_SOURCES = 'write DataSources = { "Primary": "a", "AdditionalDataSources": [ "b", "c" ] }'

Pair = tuple[Token, Token | tuple[str, ...]]


class Labels(NamedTuple):
    pairs: tuple[Label, ...]
    place: Place


class SectionBuilder(OperandBuilder):
    """Callbacks of the sections. Each gives a Ruleset with nothing but itself."""

    def metadata(self, children: list[Token | tuple[Pair, ...]]) -> Ruleset:
        keyword, pairs = _dictionary(children, ("Version",), _VERSION)
        version = pairs.get("Version", "")
        if not isinstance(version, str):
            raise DqdlError("the version is one text", **at(keyword), hint=_VERSION)
        return Ruleset(version=version, sections=(_section(keyword),))

    def data_sources(self, children: list[Token | tuple[Pair, ...]]) -> Ruleset:
        keyword, pairs = _dictionary(children, ("Primary", "AdditionalDataSources"), _SOURCES)
        primary, additional = pairs.get("Primary", ""), pairs.get("AdditionalDataSources", ())
        if not isinstance(primary, str) or not isinstance(additional, tuple):
            message = "Primary is one text, AdditionalDataSources a list of texts"
            raise DqdlError(message, **at(keyword), hint=_SOURCES)
        return Ruleset(sources=DataSources(primary, additional), sections=(_section(keyword),))

    def dictionary(self, children: list[Pair | None]) -> tuple[Pair, ...]:
        return tuple(child for child in children if child)

    def pair(self, children: list[Token | tuple[str, ...]]) -> Pair:
        name, value = children
        assert isinstance(name, Token)
        return name, value

    def names(self, children: list[Token]) -> tuple[str, ...]:
        return tuple(inner(child) for child in children)

    def default_labels(self, children: list[Token | tuple[Label, ...]]) -> Ruleset:
        labels = self.own_labels(children)
        keyword = children[0]
        assert isinstance(keyword, Token)
        return Ruleset(default_labels=labels.pairs, sections=(_section(keyword),))

    def own_labels(self, children: list[Token | tuple[Label, ...]]) -> Labels:
        keyword, pairs = children
        assert isinstance(keyword, Token)
        assert isinstance(pairs, tuple)
        if not pairs:
            raise DqdlError("the list of labels is empty", **at(keyword), hint='write ["team" = "sales"]')
        return Labels(pairs, Place(keyword.line or 1, keyword.column or 1))

    def labels(self, children: list[tuple[Token, Token] | None]) -> tuple[Label, ...]:
        pairs: dict[str, str] = {}
        for name, value in filter(None, children):
            if inner(name) in pairs:
                raise DqdlError(f"a second label {name}", **at(name), hint="label keys are unique")
            _check_length(name, _LONGEST_NAME)
            _check_length(value, _LONGEST_VALUE)
            pairs[inner(name)] = inner(value)
        return tuple(pairs.items())

    def label(self, children: list[Token]) -> tuple[Token, Token]:
        return children[0], children[1]

    def rules(self, children: list[Token | Rule | None]) -> Ruleset:
        rules = tuple(child for child in children if isinstance(child, Rule))
        return Ruleset(rules, sections=(_section(children[0]),))

    def analyzers(self, children: list[Token | Analyzer | None]) -> Ruleset:
        analyzers = tuple(child for child in children if isinstance(child, Analyzer))
        return Ruleset(analyzers=analyzers, sections=(_section(children[0]),))

    def constant(self, children: list[Token | Operand | tuple[Operand, ...]]) -> Constant:
        name, value = children
        assert isinstance(name, Token)
        assert not isinstance(value, Token)
        values = (value,) if isinstance(value, Operand) else value
        return Constant(str(name), values, is_list=not isinstance(value, Operand), **at(name))


def document(children: list[Ruleset | Constant]) -> Ruleset:
    """The whole of what the sections hold. Raises DqdlError for a wrong order, or if it judges nothing."""
    parts = [child for child in children if isinstance(child, Ruleset)]
    sections = tuple(
        child.sections[0] if isinstance(child, Ruleset) else Section(CONSTANTS, child.line, child.column)
        for child in children
    )
    _check_order(sections)
    whole = Ruleset(
        rules=tuple(rule for part in parts for rule in part.rules),
        analyzers=tuple(analyzer for part in parts for analyzer in part.analyzers),
        default_labels=tuple(label for part in parts for label in part.default_labels),
        sources=next((part.sources for part in parts if part.sources), None),
        version=next((part.version for part in parts if part.version), ""),
        sections=sections,
    )
    if not whole.rules and not whole.analyzers:
        empty = next((section for section in sections if section.name == "Rules"), None)
        message = "the list of rules is empty" if empty else "there are no rules"
        line, column = (empty.line, empty.column) if empty else (1, 1)
        raise DqdlError(message, line=line, column=column, hint=f"write {EXAMPLE}")
    return whole


def _section(keyword: object) -> Section:
    assert isinstance(keyword, Token)
    return Section(str(keyword), keyword.line or 1, keyword.column or 1)


def _dictionary(
    children: list[Token | tuple[Pair, ...]], keys: tuple[str, ...], hint: str
) -> tuple[Token, dict[str, str | tuple[str, ...]]]:
    keyword, pairs = children
    assert isinstance(keyword, Token)
    found: dict[str, str | tuple[str, ...]] = {}
    assert not isinstance(pairs, Token)
    for name, value in pairs:
        if inner(name) not in keys:
            raise DqdlError(f"{keyword} has no {name}", **at(name), hint=f"its keys: {', '.join(keys)}")
        found[inner(name)] = inner(value) if isinstance(value, Token) else value
    if not found:
        raise DqdlError(f"{keyword} is empty", **at(keyword), hint=hint)
    return keyword, found


def _check_length(token: Token, most: int) -> None:
    if not 0 < len(inner(token)) <= most:
        problem = "is empty" if not inner(token) else f"has more than {most} characters"
        raise DqdlError(f"the label {token[:40]} {problem}", **at(token), hint="shorten or fill it")


def _check_order(sections: tuple[Section, ...]) -> None:
    highest = 0
    for number, section in enumerate(sections):
        rank = _ORDER.index(section.name)
        again = section.name != CONSTANTS and section.name in (one.name for one in sections[:number])
        if again or rank < highest:
            problem = "stands twice" if again else f"must stand before {_ORDER[highest]}"
            message = f"{section.name} {problem}"
            hint = "merge the two" if again else f"the order is: {', '.join(_ORDER)}"
            raise DqdlError(message, line=section.line, column=section.column, hint=hint)
        highest = rank
