"""From text to Ruleset."""

from __future__ import annotations

from functools import lru_cache

from lark import Lark
from lark.exceptions import UnexpectedInput

from quality.dqdl.build import Builder
from quality.dqdl.errors import DqdlError
from quality.dqdl.explain import EXAMPLE, explain
from quality.dqdl.grammar import GRAMMAR
from quality.dqdl.language import language_problems
from quality.dqdl.model import Ruleset
from quality.dqdl.supported import engine_problems


def _new_lark() -> Lark:
    return Lark(GRAMMAR, parser="lalr", lexer="contextual", transformer=Builder())


_shared_lark = lru_cache(maxsize=1)(_new_lark)


def parse(text: str) -> Ruleset:
    """The ruleset that `text` spells. Raises DqdlError for the first mistake, naming its position."""
    ruleset, wrong = _checked(text)
    if wrong:
        raise wrong[0]
    return ruleset


def problems(text: str) -> list[DqdlError]:
    """All mistakes of a ruleset: its syntax error, or everything that DQDL or the Deequ engine refuses."""
    try:
        ruleset, wrong = _checked(text)
    except DqdlError as error:
        return [error]
    broken = {(error.line, error.column) for error in wrong}
    # a rule that is no DQDL is not worth a second complaint from the engine
    found = [*wrong, *_engine_problems(ruleset, broken)]
    return sorted(found, key=lambda error: (error.line, error.column))


@lru_cache(maxsize=4096)
def _checked(text: str) -> tuple[Ruleset, tuple[DqdlError, ...]]:
    ruleset = _parse(text)
    return ruleset, tuple(language_problems(ruleset))


def _engine_problems(ruleset: Ruleset, broken: set[tuple[int, int]]) -> list[DqdlError]:
    sound = tuple(leaf for leaf in ruleset.leaves() if (leaf.line, leaf.column) not in broken)
    return engine_problems(Ruleset(sound, ruleset.sections))


def _parse(text: str) -> Ruleset:
    # The shared parser's builder must not carry one text's variables into another: a text that uses some gets
    # a parser of its own (70 ms, and rare).
    lark = _new_lark() if "$" in text else _shared_lark()
    try:
        ruleset: object = lark.parse(text)
    except UnexpectedInput as error:
        raise explain(error, text) from None
    assert isinstance(ruleset, Ruleset)
    if not ruleset.rules and not ruleset.sections:
        raise DqdlError("there are no rules", line=1, column=1, hint=f"write {EXAMPLE}")
    return ruleset
