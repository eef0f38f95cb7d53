"""What the language asks of tags (`with recentFiles = 1`) and of the options of analyzers (`with bins = 10`).

Source: the pages of the file rules, of ColumnDataType and of Distribution in the DQDL reference.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from decimal import Decimal

from etl_core.registry import closest_hint
from quality.dqdl.conditions import Operand, Tag
from quality.dqdl.errors import DqdlError
from quality.dqdl.model import Analyzer, Rule
from quality.dqdl.types import RuleType

_FILTERS = ("recentFiles", "uriRegex")
_HASHES = ("MD5", "SHA-1", "SHA-256")
_MOST_BINS = 20


def _is_count(value: Operand) -> bool:
    return isinstance(value.value, Decimal) and value.value >= 1 and value.value % 1 == 0


def _is_flag(value: Operand) -> bool:
    return value.kind == "string" and value.value in ("true", "false")


def _is_text(value: Operand) -> bool:
    return value.kind == "string" and bool(value.value)


_VALUES: dict[str, tuple[Callable[[Operand], bool], str]] = {
    "recentFiles": (_is_count, "1"),
    "uriRegex": (_is_text, '"\\.csv$"'),
    "failFast": (_is_flag, '"true"'),
    "matchFileName": (_is_flag, '"true"'),
    "hashAlgorithm": (lambda value: value.value in _HASHES, '"MD5", "SHA-1" or "SHA-256"'),
    "timeZone": (_is_text, '"America/New_York"'),
    "format": (_is_text, '"dd-MM-yyyy"'),
}


def tag_problems(rule: Rule, known: RuleType) -> Iterator[DqdlError]:
    for number, tag in enumerate(rule.tags):
        if tag.name not in known.tags:
            names = (*known.tags, *(["threshold"] if known.threshold else []))
            hint = closest_hint(tag.name, names) if names else "remove it"
            yield DqdlError.at(tag, f"{known.name} takes no `with {tag.name}`", hint)
        elif tag.name in (one.name for one in rule.tags[:number]):
            yield DqdlError.at(tag, f"a second `with {tag.name}` of one rule", "keep one of them")
        elif tag.name == "filterOrder":
            yield from _filter_order(rule, tag)
        else:
            fits, example = _VALUES[tag.name]
            if tag.condition.operator != "=" or not fits(tag.condition.operands[0]):
                message = f"`{tag.text}` does not say what {known.name} understands"
                yield DqdlError.at(tag, message, f"write for example with {tag.name} = {example}")


def option_problems(analyzer: Analyzer, known: RuleType) -> Iterator[DqdlError]:
    for name, value in analyzer.options:
        if name not in known.options:
            hint = closest_hint(name, known.options) if known.options else "remove it"
            yield DqdlError.at(analyzer, f"{known.name} takes no `with {name}`", hint)
        elif name == "bins" and not (value.isdigit() and 1 <= int(value) <= _MOST_BINS):
            yield DqdlError.at(analyzer, f"bins is a whole number from 1 to {_MOST_BINS}, not {value}", "")
        elif name == "rebin" and value.strip('"') not in ("true", "false"):
            yield DqdlError.at(analyzer, f"rebin is true or false, not {value}", "")


def _filter_order(rule: Rule, tag: Tag) -> Iterator[DqdlError]:
    present = tuple(one.name for one in rule.tags if one.name in _FILTERS)
    values = [str(operand.value) for operand in tag.condition.operands]
    if tag.condition.operator != "in" or sorted(values) != sorted(present):
        message = f"`{tag.text}` does not order the filters of this rule"
        hint = 'write for example with filterOrder = ["uriRegex", "recentFiles"], with both on the rule'
        yield DqdlError.at(tag, message, hint)
