"""A suggestion as the YAML of a contract, ready to paste, with the support of each line as a comment."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator

from etl_core.config.models.source import ResolvedSource
from etl_core.report.profile import percent
from etl_core.report.wording import number
from quality.profiling.suggest import SuggestedColumn, SuggestedRule, Suggestion

_PLAIN = re.compile(r"[A-Za-z_][A-Za-z0-9_]*")
# Words that YAML, or readers of its older versions, take for something else
_WORDS = frozenset({"y", "n", "yes", "no", "on", "off", "true", "false", "null", "none"})


def contract_yaml(found: Suggestion, table: str = "", source: ResolvedSource | None = None) -> str:
    """`columns` and `quality`; with a `source` the whole contract of the new table."""
    lines = [f"# suggested from {number(found.rows)} rows; a share says how many of them support the line"]
    if source is not None:
        lines += _head(found, table, source)
    lines += ["columns:" if found.columns else "columns: []", *map(_column, found.columns)]
    rules = [*found.rules]
    if rules:
        lines += ["quality:", "  rules: |", "    Rules = [", *_listed(rules), "    ]"]
    return "\n".join(lines) + "\n"


def _head(found: Suggestion, table: str, source: ResolvedSource) -> Iterator[str]:
    yield f"table: {table}"
    yield "source:"
    yield f"  path: {json.dumps(source.path)}"
    yield f"  format: {source.format}"
    if found.keys:
        keys = ", ".join(map(_text, found.keys))
        yield f"target: {{mode: append}}  # if rows of a key change: {{mode: merge, keys: [{keys}]}}"
    else:
        yield "target: {mode: append}"


def _column(column: SuggestedColumn) -> str:
    parts = [f"name: {_text(column.name)}", f"type: {_text(column.found.type)}"]
    parts += [] if column.nullable else ["nullable: false"]
    line = f"  - {{{', '.join(parts)}}}"
    if column.found.fitting == column.found.values:
        return line
    return f"{line}  # {percent(column.found.fitting, column.found.values)}; other rows would be quarantined"


def _listed(rules: list[SuggestedRule]) -> Iterator[str]:
    for index, rule in enumerate(rules):
        comma = "," if index < len(rules) - 1 else ""
        yield f"      {rule.text}{comma}  # {percent(rule.rows, rule.judged)} of {number(rule.judged)}"


def _text(value: str) -> str:
    """A YAML scalar that is a text: JSON's are."""
    plain = _PLAIN.fullmatch(value) and value.lower() not in _WORDS
    return value if plain else json.dumps(value, ensure_ascii=False)
