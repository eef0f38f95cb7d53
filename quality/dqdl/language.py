"""What the language itself asks of a rule, besides its grammar: known types, parameters, conditions."""

from __future__ import annotations

import re
from collections.abc import Iterator

from etl_core.registry import closest_hint
from quality.dqdl.errors import DqdlError
from quality.dqdl.model import Condition, Rule, Ruleset
from quality.dqdl.types import MANY, RULE_NAMES, RULE_TYPES, RuleType

_DAY = re.compile(r"\d{4}-\d\d-\d\d")
_TIME = re.compile(r"\d{1,2}:\d\d(?: [AP]M)?")
_ORDERED = (">", ">=", "<", "<=", "between", "not between")


def is_time(text: str) -> bool:
    """Whether a text value is a time of day, which DQDL compares with today at that time."""
    return _TIME.fullmatch(text) is not None


def language_problems(ruleset: Ruleset) -> list[DqdlError]:
    """Every rule that is not a rule of DQDL, in the order of the text."""
    return [
        DqdlError(message, line=rule.line, column=rule.column, hint=hint)
        for rule in ruleset.leaves()
        for message, hint in _problems(rule)
    ]


def condition_kind(condition: Condition) -> str:
    """number, string, date, duration, size, null; `mixed` where the values are of several kinds."""
    if condition.operator.endswith("matches"):
        return "string"
    kinds = set()
    for operand in condition.operands:
        if operand.kind == "string":
            value = str(operand.value)
            kinds.add("date" if _DAY.fullmatch(value) or is_time(value) else "string")
        elif operand.kind == "keyword":
            kinds.add("null" if operand.text == "NULL" else "string")
        else:
            kinds.add({"function": "number"}.get(operand.kind, operand.kind))
    kinds = kinds - {"null"} or kinds
    if kinds == {"string", "date"}:  # one value that is no date makes all of them texts
        return "string"
    return kinds.pop() if len(kinds) == 1 else "mixed"


def _problems(rule: Rule) -> Iterator[tuple[str, str]]:
    known = RULE_TYPES.get(rule.rule_type)
    if known is None or known.analyzer_only:
        yield f"unknown rule type {rule.rule_type!r}", closest_hint(rule.rule_type, RULE_NAMES)
        return
    yield from list(_parameters(rule, known)) or _condition(rule, known)
    if rule.where and not known.where:
        yield f"{known.name} takes no `where`", "remove it"
    if rule.threshold and not known.threshold:
        names = ", ".join(name for name in RULE_NAMES if RULE_TYPES[name].threshold)
        yield f"{known.name} takes no `with threshold`", f"these do: {names}"
    if rule.threshold and condition_kind(rule.threshold) != "number":
        yield "a threshold is a number between 0 and 1", "write for example `with threshold > 0.95`"


def _parameters(rule: Rule, known: RuleType) -> Iterator[tuple[str, str]]:
    fewest, most = known.parameters
    if fewest <= len(rule.parameters) <= most:
        return
    neighbour = next((name for name in rule.parameters if name in RULE_TYPES), "")
    if neighbour:
        yield f"{known.name} runs into {neighbour}", f"put a comma before {neighbour}"
        return
    wanted = f"{fewest} or more" if most == MANY else f"{fewest} to {most}" if fewest != most else f"{fewest}"
    noun = "column" if known.names_columns else "parameter"
    hint = (
        f'write for example {known.name} "name"'
        if fewest
        else "remove what stands between it and the condition"
    )
    yield (
        f"{known.name} takes {wanted} {noun}{'' if wanted == '1' else 's'}, not {len(rule.parameters)}",
        hint,
    )


def _condition(rule: Rule, known: RuleType) -> Iterator[tuple[str, str]]:
    condition = rule.condition
    if condition is None:
        if known.conditions and not known.condition_optional:
            yield f"{known.name} needs a condition", _example(known)
        return
    if not known.conditions:
        yield f"{known.name} takes no condition", f"remove `{condition.text}`"
        return
    kind = condition_kind(condition)
    if kind == "mixed":
        yield (
            f"the values in `{condition.text}` are of different kinds",
            "use one kind: numbers, texts or dates",
        )
    elif kind not in known.conditions:
        yield f"{known.name} cannot be compared with a {kind}: `{condition.text}`", _example(known)
    elif kind in ("string", "null") and condition.operator in _ORDERED:
        yield (
            f"`{condition.text}` compares with something that has no order",
            'a date is written "2024-12-31"',
        )
    elif condition.operator in _ORDERED and any(operand.text == "NULL" for operand in condition.operands):
        yield f"`{condition.text}` compares with NULL", "use = NULL or != NULL"


_EXAMPLES = {"number": "> 0", "string": 'in ["a", "b"]', "duration": "<= 24 hours", "size": "> 5 MB"}


def _example(known: RuleType) -> str:
    kind = next((kind for kind in _EXAMPLES if kind in known.conditions), "number")
    parameters = ['"name"'] * known.parameters[0]
    return "write for example " + " ".join([known.name, *parameters, _EXAMPLES[kind]])
