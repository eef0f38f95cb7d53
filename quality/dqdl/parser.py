"""From text to Ruleset."""

from __future__ import annotations

from functools import lru_cache

from lark import Lark
from lark.exceptions import UnexpectedInput

from quality.dqdl.build import Builder
from quality.dqdl.errors import DqdlError
from quality.dqdl.explain import explain
from quality.dqdl.grammar import GRAMMAR
from quality.dqdl.language import document_problems, language_problems, rule_problems
from quality.dqdl.model import Ruleset
from quality.dqdl.supported import engine_problems, section_problems


@lru_cache(maxsize=1)
def _lark() -> Lark:
    return Lark(GRAMMAR, parser="lalr", lexer="contextual", transformer=Builder())


def parse(text: str) -> Ruleset:
    """The ruleset that `text` spells. Raises DqdlError for the first mistake, naming its position."""
    ruleset, wrong = _checked(text)
    if wrong:
        raise wrong[0]
    return ruleset


def parse_loosely(text: str) -> Ruleset:
    """The ruleset of a text without syntax errors, whatever its rules ask for. Raises DqdlError."""
    return _checked(text)[0]


def problems(text: str) -> list[DqdlError]:
    """All mistakes of a ruleset: its syntax error, or everything that DQDL or the Deequ engine refuses."""
    try:
        ruleset = parse_loosely(text)
    except DqdlError as error:
        return [error]
    found = [*document_problems(ruleset), *section_problems(ruleset)]
    for leaf in ruleset.leaves():
        # a rule that is no DQDL is not worth a second complaint from the engine
        found += rule_problems(leaf) or engine_problems(leaf)
    return sorted(found, key=lambda error: (error.line, error.column))


@lru_cache(maxsize=4096)
def _checked(text: str) -> tuple[Ruleset, tuple[DqdlError, ...]]:
    ruleset = _parse(text)
    return ruleset, tuple(language_problems(ruleset))


def _parse(text: str) -> Ruleset:
    try:
        ruleset: object = _lark().parse(text)
    except UnexpectedInput as error:
        raise explain(error, text) from None
    assert isinstance(ruleset, Ruleset)
    return ruleset
