"""From lark's errors to messages a person can act on."""

from __future__ import annotations

from lark.exceptions import UnexpectedCharacters, UnexpectedInput, UnexpectedToken

from quality.dqdl.errors import DqdlError

EXAMPLE = 'Rules = [ IsComplete "id", RowCount > 0 ]'
_TEXT = 'a text in "double quotes"'
_NAMES = {
    "IDENT": "a name",
    "STRING": _TEXT,
    "CONSTANT": "a constant such as $codes",
    "COMPARE": "a comparison",
    "DURATION": "a duration such as 24 hours",
    "NOW": "now()",
    "SIGN": "+ or -",
    "TIMES": "`*`",
    "DIVIDE": "`/`",
    "LSQB": "`[`",
    "RSQB": "`]`",
    "LPAR": "`(`",
    "RPAR": "`)`",
    "LBRACE": "`{`",
    "RBRACE": "`}`",
    "COLON": "`:`",
    "COMMA": "`,`",
    "_ALSO": "`,`",
    "EQUAL": "`=`",
    "_LISTED": "`=`",
    "_JOIN": "and",
    "METADATA": "Metadata",
    "DATA_SOURCES": "DataSources",
    "DEFAULT_LABELS": "DefaultLabels",
    "RULES": "Rules",
    "ANALYZERS": "Analyzers",
}


def explain(error: UnexpectedInput, text: str) -> DqdlError:
    """What is wrong in `text` where lark stopped reading it."""
    if isinstance(error, UnexpectedCharacters):
        message, hint = _unreadable(text, error.pos_in_stream or 0)
        return DqdlError(message, line=error.line, column=error.column, hint=hint)
    assert isinstance(error, UnexpectedToken)
    # what the state would shift, not all that its merged lookaheads name
    expected, token = set(error.accepts or error.expected), error.token
    if token.type == "$END":
        lines = text.rstrip().split("\n")
        hint = "close the list with ]" if "RSQB" in expected else _expected(expected)
        return DqdlError("the text ends too early", line=len(lines), column=len(lines[-1]) + 1, hint=hint)
    if text.startswith("//", token.start_pos):
        hint = "a comment begins with #"
    elif "Rules" not in text and "Analyzers" not in text:
        hint = f"write {EXAMPLE}"
    elif token.type == "RSQB" and text[: token.start_pos].rstrip().endswith(","):
        hint = "remove the comma before it"
    else:
        hint = _after(str(token), expected)
    return DqdlError(f"unexpected {str(token)!r}", line=token.line or 1, column=token.column or 1, hint=hint)


def _unreadable(text: str, position: int) -> tuple[str, str]:
    found = text[position]
    if found == '"':
        return "a text is not closed", 'close it with "'
    if found == "'":
        return 'unexpected "\'"', 'texts stand in "double quotes"'
    word = text[position:].split(maxsplit=1)[0]
    return f"unexpected {word[:30]!r}", f"a ruleset looks like {EXAMPLE}"


def _after(found: str, expected: set[str]) -> str:
    if found == "=" and "NUMBER" in expected:
        return "comparisons are = != > >= < <="
    if found == "/" and expected == {"STRING"}:
        return 'a pattern stands in "double quotes", without slashes'
    if found in ("*", "/") and "SIGN" in expected:
        return "put what belongs together in brackets: Glue reckons from left to right"
    return _expected(expected)


def _expected(terminals: set[str]) -> str:
    if {"NUMBER", "STRING"} <= terminals:
        return 'expected a value: a number, a text in "double quotes", a date or NULL'
    if "NUMBER" in terminals:
        return "expected a number"
    names = {_NAMES.get(name, name.lower().strip("_")) for name in terminals}
    return "expected " + ", ".join(sorted(names))
