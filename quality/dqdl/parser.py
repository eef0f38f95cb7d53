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
from quality.dqdl.supported import engine_problems, section_problems


@dataclass(frozen=True)
class Reading:
    """What there is to know about a text without its columns.

    ruleset: empty after a syntax error. mistakes: what is no DQDL; refusals: what the engine does not
    evaluate; both in the order of the text. sound: the rules without a mistake, composites taken apart.
    """

    ruleset: Ruleset
    mistakes: tuple[DqdlError, ...] = ()
    refusals: tuple[DqdlError, ...] = ()
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
    mistakes, refusals, sound = document_problems(ruleset), section_problems(ruleset), []
    for leaf in ruleset.leaves():
        found = rule_problems(leaf)
        mistakes += found
        if not found:  # a rule that is no DQDL is not worth a second complaint from the engine
            refusals += engine_problems(leaf)
            sound.append(leaf)
    return Reading(ruleset, _in_order(mistakes), _in_order(refusals), tuple(sound))


def parse(text: str) -> Ruleset:
    """The ruleset that `text` spells. Raises DqdlError for the first mistake, naming its position."""
    reading = read(text)
    if reading.mistakes:
        raise reading.mistakes[0]
    return reading.ruleset


def problems(text: str) -> list[DqdlError]:
    """All mistakes of a ruleset: its syntax error, or everything that DQDL or the Deequ engine refuses."""
    reading = read(text)
    return list(_in_order([*reading.mistakes, *reading.refusals]))


def _parsed(text: str) -> Ruleset:
    try:
        ruleset: object = _lark().parse(text)
    except UnexpectedInput as error:
        raise explain(error, text) from None
    assert isinstance(ruleset, Ruleset)
    return ruleset


def _in_order(errors: list[DqdlError]) -> tuple[DqdlError, ...]:
    return tuple(sorted(errors, key=lambda error: (error.line, error.column)))
