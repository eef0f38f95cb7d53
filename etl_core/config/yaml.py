"""YAML 1.2 to nodes with positions: libyaml scans, this file decides what a plain scalar means.

Why PyYAML's C parser and not ruamel.yaml: docs/adr/0002-yaml-parser.md. Only its scanner and
composer are used, which YAML 1.1 and 1.2 share; its 1.1 resolver (`NO` is false) is replaced by the
core schema of YAML 1.2.2, section 10.3.2.
"""

from __future__ import annotations

import re

from yaml import MarkedYAMLError, Node, ScalarNode, YAMLError
from yaml._yaml import CParser
from yaml.reader import ReaderError

from etl_core.config.problems import Problem

Plain = str | int | float | bool | None

STRING_TAG = "tag:yaml.org,2002:str"
PLAIN_TAG = "plain"  # our own mark: no tag, no quotes, so the core schema decides

_WORDS: dict[str, bool | None] = {
    **dict.fromkeys(("", "~", "null", "Null", "NULL"), None),
    **dict.fromkeys(("true", "True", "TRUE"), True),
    **dict.fromkeys(("false", "False", "FALSE"), False),
}
_INT = re.compile(r"[-+]?[0-9]+")
_FLOAT = re.compile(
    r"[-+]?(\.[0-9]+|[0-9]+(\.[0-9]*)?)([eE][-+]?[0-9]+)?|[-+]?\.(inf|Inf|INF)|\.(nan|NaN|NAN)"
)
_PREFIXED_INT = re.compile(r"0o[0-7]+|0x[0-9a-fA-F]+")
_NUMBER_START = frozenset("0123456789+-.")


def plain_scalar(text: str) -> Plain:
    """The value of an unquoted scalar by the core schema: `NO`, `yes` and `1_000` are text."""
    if text in _WORDS:
        return _WORDS[text]
    if text[0] not in _NUMBER_START:
        return text
    if _INT.fullmatch(text):
        return int(text)
    if _PREFIXED_INT.fullmatch(text):
        return int(text, 0)
    return (
        float(text.lower().replace(".inf", "inf").replace(".nan", "nan")) if _FLOAT.fullmatch(text) else text
    )


class _Parser(CParser):
    """The composer asks for a tag of every node that has none written."""

    def resolve(self, kind: type[Node], _value: object, implicit: tuple[bool, bool] | bool) -> str:
        if kind is ScalarNode and isinstance(implicit, tuple) and implicit[0]:
            return PLAIN_TAG
        return STRING_TAG

    def descend_resolver(self, *_: object) -> None:
        """Called by the composer at every level; path resolvers are not used."""

    def ascend_resolver(self) -> None:
        """See descend_resolver."""


def compose(text: str, file: str) -> Node | Problem:
    """The document's root node, or the one problem that keeps it from being read.

    `file` is relative to the project. Nodes carry 0-based `start_mark.line` and `.column`.
    """
    try:
        root = _Parser(text).get_single_node()
    except MarkedYAMLError as error:
        mark = error.problem_mark or error.context_mark
        line, column = (mark.line + 1, mark.column + 1) if mark else (0, 0)
        told = ", ".join(part for part in (error.problem, error.context) if part)
        return Problem(file, line, column, f"not YAML: {told}", _syntax_hint(told, text, line, column))
    except ReaderError as error:
        return Problem(file, 0, 0, f"not YAML: {error.reason}", "save the file as UTF-8")
    except YAMLError as error:
        return Problem(file, 0, 0, f"not YAML: {error}")
    return root if root is not None else Problem(file, 0, 0, "the file is empty")


def _syntax_hint(told: str, text: str, line: int, column: int) -> str:
    lines = text.splitlines()
    if 0 < line <= len(lines) and lines[line - 1][column - 1 : column] == "\t":
        return "indent with spaces, not tabs"
    if "cannot start any token" in told or "mapping values are not allowed" in told:
        return "put a text that contains ':', '{', '@' or '%' in quotes"
    if "expected a single document" in told:
        return "one file holds one document: remove the '---' line and what follows"
    return "check indentation, brackets and quotes on this line and the one above"
