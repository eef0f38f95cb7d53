"""What each rule engine evaluates, and which one takes a rule. Without Spark: `strata validate` asks.

A rule that no engine evaluates is a problem before a run and a failed rule in it, never skipped.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from functools import lru_cache

from etl_core.registry import Registry, scan
from quality.dqdl import DqdlError, Reading, Rule
from quality.dqdl.composites import can_judge_rows, composite_problems
from quality.engine import Composites

AUTO = "auto"
PREFERENCE = ("inline", "deequ")  # of `auto`
ENGINES_DOCUMENTED = (*PREFERENCE, "glue")
_FILES = "it judges files, not rows"
_WHY_NOT = {
    **dict.fromkeys(("FileFreshness", "FileMatch", "FileUniqueness", "FileSize"), _FILES),
    "DetectAnomalies": "it is Strata's own: set `rule_engine: auto` or `inline`",
}
_SPLIT = "make rules of its parts, or set `composites: dataset`"


@dataclass(frozen=True)
class Support:
    """problems: why a well-formed rule, no composite, is not evaluated: what, and what to do. says: of a rule
    type, None if it is not evaluated, else what is taken of it; empty: all."""

    problems: Callable[[Rule], Iterable[tuple[str, str]]]
    says: Callable[[str], str | None]
    composites_by_row: bool = False

    def knows(self, rule: Rule) -> bool:
        """Whether it evaluates rules of this type at all."""
        return self.says(rule.rule_type) is not None


SUPPORT: Registry[Support] = Registry("rule engine")


@lru_cache(maxsize=1)
def load() -> Registry[Support]:
    """What every engine package says of itself in its `supported.py`."""
    scan("quality.engines", leaf="supported")
    return SUPPORT


def why_not(rule_type: str) -> str:
    """Why no engine evaluates a rule type, where that is known."""
    return _WHY_NOT.get(rule_type, "use another rule type")


def candidates(setting: str) -> tuple[str, ...]:
    """The engines that a setting allows, in the order in which they are asked."""
    return PREFERENCE if setting == AUTO else (setting,)


def engine_for(rule: Rule, setting: str, composites: Composites) -> str | None:
    """The engine that evaluates the whole of a rule."""
    by_row = bool(rule.parts) and composites == "row"
    if by_row and not all(map(can_judge_rows, rule.leaves())):
        return None
    for name in candidates(setting):
        support = load().get(name)
        if by_row and not support.composites_by_row:
            continue
        if not any(True for leaf in rule.leaves() for _ in support.problems(leaf)):
            return name
    return None


def refusals(reading: Reading, setting: str, composites: Composites) -> tuple[DqdlError, ...]:
    """What of a ruleset is not evaluated, in the order of the text. What is no DQDL is left out."""
    who = "any rule engine" if setting == AUTO else f"the {setting} engine"
    found: list[DqdlError] = []
    for analyzer in reading.ruleset.analyzers:
        found += _refused(analyzer.as_rule(), setting, who)
    if composites == "row":
        found += composite_problems(reading.ruleset)
    sound = set(map(id, reading.sound))
    for rule in reading.ruleset.rules:
        refused = [one for leaf in rule.leaves() if id(leaf) in sound for one in _refused(leaf, setting, who)]
        found += refused
        judgeable = composites == "dataset" or all(map(can_judge_rows, rule.leaves()))
        if rule.parts and judgeable and not refused and engine_for(rule, setting, composites) is None:
            found.append(DqdlError.at(rule, f"this composite is not supported by {who}", _SPLIT))
    return tuple(sorted(found, key=lambda error: (error.line, error.column)))


def _refused(rule: Rule, setting: str, who: str) -> Iterator[DqdlError]:
    """Nothing if one engine takes the rule; else what the first of those that know its type says."""
    asked = [load().get(name) for name in candidates(setting)]
    found = [list(support.problems(rule)) for support in asked]
    if all(found):
        knowing = [problems for support, problems in zip(asked, found, strict=True) if support.knows(rule)]
        for what, hint in (knowing or found)[0]:
            yield DqdlError.at(rule, f"{what} is not supported by {who}", hint)
