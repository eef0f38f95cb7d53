"""Which of the rules that were asked an answer is about. Pure.

Glue names the rule of an answer by its text, printed anew: other blanks, AND for `and`, quotes in texts not
escaped. So texts are read, and rules compared by what they mean. Places prove nothing: Deequ, which Glue is
built on, answers in an order of its own and adds the parts of composites.
"""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Hashable, Iterable, Iterator, Mapping
from dataclasses import dataclass, field

from quality.dqdl import Condition, Rule, read

_NO_MEANING = re.compile(r'[\s"\\]')
_JOINED = re.compile(r"\)(AND|OR)\(")


@dataclass(frozen=True)
class Outcome:
    """A row of `ruleOutcomes`: `rule` is Glue's text for it."""

    rule: str
    outcome: str | None
    reason: str | None = None
    metrics: Mapping[str, float | None] = field(default_factory=dict)


@dataclass(frozen=True)
class Matches:
    """of: by the index of a rule, what was answered, more than one outcome if it was answered repeatedly.
    strays: texts of outcomes about no rule that was asked, nor a part of one."""

    of: Mapping[int, tuple[Outcome, ...]]
    strays: tuple[str, ...]


def meaning(rule: Rule) -> Hashable:
    """Equal for rules that mean the same, however they are spelt."""
    if rule.parts:
        return rule.operator, tuple(_joined(rule))
    return (
        rule.rule_type,
        rule.parameters,
        _condition(rule.condition),
        rule.where,
        _condition(rule.threshold),
        tuple((tag.name, _condition(tag.condition)) for tag in rule.tags),
    )


def once(rules: Iterable[Rule]) -> tuple[Rule, ...]:
    """One of each meaning."""
    return tuple({meaning(rule): rule for rule in reversed([*rules])}.values())[::-1]


def matched(asked: Mapping[int, Rule], outcomes: Iterable[Outcome]) -> Matches:
    """An outcome that means none of the rules is taken for the one, if there is one, whose letters it has."""
    means, letters = defaultdict(list), defaultdict(list)
    for index, rule in asked.items():
        means[meaning(rule)].append(index)
        letters[_letters(rule.text)].append(index)
    parts = {meaning(leaf) for rule in asked.values() for leaf in rule.leaves()}
    found: dict[int, list[Outcome]] = defaultdict(list)
    strays = []
    for outcome in outcomes:
        said = _read(outcome.rule)
        about = means.get(meaning(said), []) if said else []
        if not about and not (said and meaning(said) in parts):
            about = letters.get(_letters(outcome.rule), [])
            about = about if len({meaning(asked[index]) for index in about}) == 1 else []
            strays += [] if about else [outcome.rule]
        for index in about:
            found[index].append(outcome)
    return Matches({index: tuple(some) for index, some in found.items()}, tuple(strays))


def _read(text: str) -> Rule | None:
    rules = read(f"Rules = [ {text} ]").ruleset.rules
    return rules[0] if len(rules) == 1 else None


def _joined(rule: Rule) -> Iterator[Hashable]:
    """`(a and b) and c` is `a and b and c`."""
    for part in rule.parts:
        if part.parts and part.operator == rule.operator:
            yield from _joined(part)
        else:
            yield meaning(part)


def _condition(condition: Condition | None) -> Hashable:
    """Numbers by their value, 1.0 being 1; durations and dates by their text."""
    if condition is None:
        return None
    values = (one.value if one.value != "" else _blank_free(one.text) for one in condition.operands)
    kinds = (one.kind for one in condition.operands)
    return condition.operator, tuple(zip(kinds, values, strict=True))


def _blank_free(text: str) -> str:
    return "".join(text.split())


def _letters(text: str) -> str:
    return _JOINED.sub(lambda found: found[0].lower(), _NO_MEANING.sub("", text))
