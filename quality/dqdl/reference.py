"""The tables of docs/dqdl.md, from the code: `python -m quality.dqdl.reference PAGE`."""

from __future__ import annotations

import re
import sys
from collections.abc import Iterable, Iterator
from pathlib import Path

from quality.dqdl.history import FUNCTIONS, LAST, OF_A_LIST
from quality.dqdl.types import MANY, RULE_TYPES, RuleType
from quality.engines.support import ENGINES_DOCUMENTED, load, why_not

_BLOCK = re.compile(r"(?P<begin><!-- table: (?P<name>\w+) -->\n).*?(?P<end><!-- end -->)", re.DOTALL)
_NAMED = {
    "columns": ("column", "columns"),
    "path": ("path", "paths"),
    "pattern": ("pattern", "patterns"),
    "sql": ("SQL text", "SQL texts"),
}
_SPECIAL = {
    "metric": "a metric and its columns",
    "keys": "columns, and `other.{columns}`",
    "pair": "a dataset, key columns, compared columns (optional)",
    "aggregates": "two aggregates",
    "reference": "a dataset",
}
_KINDS = {"string": "texts", "null": "NULL"}
_FAMILY = {"number": "numbers", "text": "texts", "date": "dates", "timestamp": "timestamps"}


def updated(page: str) -> str:
    """`page` with what stands between `<!-- table: NAME -->` and `<!-- end -->` written anew."""
    return _BLOCK.sub(lambda block: f"{block['begin']}\n{_TABLES[block['name']]()}\n{block['end']}", page)


def _rules() -> str:
    head = ("Rule type", "Takes", "Columns of", "Compared with", "Clauses", "Verdict", "Engines")
    return _table(head, (_rule(known) for known in RULE_TYPES.values() if known.rule))


def _rule(known: RuleType) -> tuple[str, ...]:
    return (
        f"`{known.name}`",
        _takes(known),
        " and ".join(_FAMILY[family] for family in sorted(known.column_types)) or "",
        _compared(known),
        ", ".join(_clauses(known)),
        "row" if known.row_level else "dataset",
        _engine(known.name),
    )


def _takes(known: RuleType) -> str:
    if known.names in _SPECIAL:
        return _SPECIAL[known.names]
    fewest, most = known.parameters
    if not most:
        return "nothing"
    one, several = _NAMED[known.names]
    count = f"{fewest} or more" if most == MANY else f"{fewest}" if fewest == most else f"{fewest} to {most}"
    return f"{count} {one if count == '1' else several}"


def _compared(known: RuleType) -> str:
    if not known.conditions:
        return "nothing"
    kinds = ", ".join(sorted(_KINDS.get(kind, f"{kind}s") for kind in known.conditions))
    if known.between:
        kinds += f" from {known.between[0]} to {known.between[1]}"
    return f"{kinds}; or nothing" if known.condition_optional else kinds


def _clauses(known: RuleType) -> Iterator[str]:
    if known.where:
        yield "`where`"
    if known.threshold:
        yield "`with threshold`"
    yield from (f"`with {tag}`" for tag in known.tags)


def _engine(name: str) -> str:
    """Every engine that evaluates the rule type; those that `auto` asks come first, in its order."""
    says = {engine: load().get(engine).says(name) for engine in ENGINES_DOCUMENTED}
    known = [f"{engine} ({text})" if text else engine for engine, text in says.items() if text is not None]
    return "; ".join(known) or f"none: {why_not(name)}"


def _analyzers() -> str:
    return _table(
        ("Analyzer", "Takes", "Options"),
        (
            (f"`{known.name}`", _takes(known), ", ".join(f"`with {option}`" for option in known.options))
            for known in RULE_TYPES.values()
            if known.analyzer
        ),
    )


def _functions() -> str:
    rows = [(f"`{LAST}(k)`", "the last k results, the newest first; `last()` is `last(1)`")]
    more = {"index": "index(last(k), i)", "percentile": "percentile(last(k), p)"}
    for name in FUNCTIONS:
        if name != LAST:
            rows.append((f"`{more.get(name, f'{name}(last(k))')}`", _meaning(name)))
    return _table(("Function", ""), rows)


def _meaning(name: str) -> str:
    if name not in OF_A_LIST:
        return "the absolute value of one number, such as `abs(last())`"
    return {
        "avg": "the mean",
        "index": "the result at place i, from 0",
        "max": "the greatest",
        "median": "the median",
        "min": "the least",
        "percentile": "the quantile at p, from 0 to 1",
        "std": "the standard deviation",
        "sum": "the sum",
    }[name]


def _table(head: tuple[str, ...], rows: Iterable[tuple[str, ...]]) -> str:
    lines = [head, tuple("---" for _ in head), *rows]
    return "".join("| " + " | ".join(cell.replace("|", "\\|") for cell in line) + " |\n" for line in lines)


_TABLES = {"rules": _rules, "analyzers": _analyzers, "functions": _functions}

if __name__ == "__main__":
    path = Path(sys.argv[1])
    path.write_text(updated(path.read_text("utf-8")), "utf-8")
