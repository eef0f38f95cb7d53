"""From text to Ruleset."""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache

from lark import Lark
from lark.exceptions import UnexpectedInput

from quality.dqdl.build import Builder
from quality.dqdl.errors import DqdlError
from quality.dqdl.explain import explain
from quality.dqdl.grammar import GRAMMAR
from quality.dqdl.language import document_problems, rule_problems
from quality.dqdl.model import Rule, Ruleset


@dataclass(frozen=True)
class Reading:
    """What there is to know about a text without its columns.

    ruleset: empty after a syntax error. mistakes: what is no DQDL, in the order of the text. sound: the rules
    without a mistake, composites taken apart.
    """

    ruleset: Ruleset
    mistakes: tuple[DqdlError, ...] = ()
    sound: tuple[Rule, ...] = ()


@lru_cache(maxsize=1)
def _lark() -> Lark:
    return Lark(GRAMMAR, parser="lalr", lexer="contextual", transformer=Builder())


@lru_cache(maxsize=4096)
def read(text: str) -> Reading:
    """The text with everything that is wrong with it. Never raises."""
    try:
        ruleset = _parsed(text)
    except DqdlError as error:
        return Reading(Ruleset(), (error,))
    mistakes, sound = document_problems(ruleset), []
    for leaf in ruleset.leaves():
        found = rule_problems(leaf)
        mistakes += found
        if not found:
            sound.append(leaf)
    mistakes.sort(key=lambda error: (error.line, error.column))
    return Reading(ruleset, tuple(mistakes), tuple(sound))


def parse(text: str) -> Ruleset:
    """The ruleset that `text` spells. Raises DqdlError for the first mistake, naming its position."""
    reading = read(text)
    if reading.mistakes:
        raise reading.mistakes[0]
    return reading.ruleset


def _parsed(text: str) -> Ruleset:
    try:
        ruleset: object = _lark().parse(text)
    except UnexpectedInput as error:
        raise explain(error, text) from None
    assert isinstance(ruleset, Ruleset)
    return ruleset
