"""From text to Ruleset, and from lark's errors to messages a person can act on."""

from __future__ import annotations

from functools import lru_cache

from lark import Lark, Token, Tree
from lark.exceptions import UnexpectedCharacters, UnexpectedInput, UnexpectedToken, VisitError

from quality.dqdl.build import Builder
from quality.dqdl.errors import DqdlError
from quality.dqdl.grammar import GRAMMAR
from quality.dqdl.language import language_problems
from quality.dqdl.model import Ruleset
from quality.dqdl.supported import engine_problems

_NAMES = {
    "IDENT": "a name",
    "STRING": 'a text in "double quotes"',
    "NUMBER": "a number",
    "DURATION": "a duration such as 24 hours",
    "SIZE": "a size such as 5 MB",
    "VARIABLE": "a $variable",
    "COMPARE": "a comparison",
    "NOW": "now()",
    "SIGN": "+ or -",
    "LSQB": "[",
    "RSQB": "]",
    "LPAR": "(",
    "RPAR": ")",
    "COMMA": ",",
    "EQUAL": "=",
    "$END": "the end",
}


@lru_cache(maxsize=1)
def _lark() -> Lark:
    return Lark(GRAMMAR, parser="lalr", lexer="contextual")


@lru_cache(maxsize=4096)
def parse(text: str) -> Ruleset:
    """The ruleset that `text` spells. Raises DqdlError for the first mistake, naming its position."""
    ruleset = _parse(text)
    for problem in language_problems(ruleset):
        raise problem
    return ruleset


def problems(text: str) -> list[DqdlError]:
    """All mistakes of a ruleset: its syntax error, or everything that DQDL or the Deequ engine refuses."""
    try:
        ruleset = _parse(text)
    except DqdlError as error:
        return [error]
    wrong = language_problems(ruleset)
    broken = {(error.line, error.column) for error in wrong}
    # a rule that is no DQDL is not worth a second complaint from the engine
    return sorted(
        wrong + [error for error in _engine_problems(ruleset, broken)],
        key=lambda error: (error.line, error.column),
    )


def _engine_problems(ruleset: Ruleset, broken: set[tuple[int, int]]) -> list[DqdlError]:
    sound = tuple(leaf for leaf in ruleset.leaves() if (leaf.line, leaf.column) not in broken)
    return engine_problems(Ruleset(sound, ruleset.sections))


def _parse(text: str) -> Ruleset:
    try:
        tree: Tree[Token] = _lark().parse(text)
        ruleset = Builder().transform(tree)
    except UnexpectedInput as error:
        raise _explain(error, text) from None
    except VisitError as error:
        if isinstance(error.orig_exc, DqdlError):
            raise error.orig_exc from None
        raise
    assert isinstance(ruleset, Ruleset)
    if not ruleset.rules and not ruleset.sections:
        raise DqdlError("there are no rules", line=1, column=1, hint='write Rules = [ IsComplete "id" ]')
    return ruleset


def _explain(error: UnexpectedInput, text: str) -> DqdlError:
    if isinstance(error, UnexpectedCharacters):
        message, hint = _explain_character(text, error.pos_in_stream or 0)
        return DqdlError(message, line=error.line, column=error.column, hint=hint)
    assert isinstance(error, UnexpectedToken)
    hint = _expected(set(error.expected))
    if error.token.type == "$END":
        lines = text.rstrip().split("\n")
        return DqdlError("the text ends too early", line=len(lines), column=len(lines[-1]) + 1, hint=hint)
    line, column = error.token.line or 1, error.token.column or 1
    return DqdlError(f"unexpected {str(error.token)!r}", line=line, column=column, hint=hint)


def _explain_character(text: str, position: int) -> tuple[str, str]:
    found = text[position]
    if found == '"':
        return "a text is not closed", 'close it with "'
    if found == "'":
        return "unexpected \"'\"", 'texts stand in "double quotes"'
    word = text[position:].split(maxsplit=1)[0]
    return f"unexpected {word[:30]!r}", 'a ruleset looks like Rules = [ IsComplete "id", RowCount > 0 ]'


def _expected(terminals: set[str]) -> str:
    if "RULES" in terminals:
        return 'a ruleset looks like Rules = [ IsComplete "id", RowCount > 0 ]'
    names = sorted(_NAMES.get(name, name.lower().strip("_")) for name in terminals)
    return "expected " + ", ".join(names)
