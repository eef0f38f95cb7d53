"""Rules about values that occur once: IsUnique, IsPrimaryKey, Uniqueness, UniqueValueRatio.

NULLs are not compared with each other: rows of which all named columns are NULL take no part, but in
IsPrimaryKey, for which every NULL is a failure.
"""

from __future__ import annotations

from typing import Literal

from quality.answer import Answer, joined
from quality.dqdl import Rule
from quality.engines.inline.check import RULES, Check, Facts, Grouping, Groups, RuleKind
from quality.engines.inline.frame import Frame
from quality.engines.inline.judging import number
from quality.engines.inline.sql import all_of, count_if, scope


def _grouping(rule: Rule, frame: Frame) -> Grouping:
    names = dict.fromkeys(frame.simple(name).sql for name in rule.parameters)
    return Grouping(tuple(names), scope(rule, frame))


def _metric(rule: Rule, name: str) -> str:
    kind = "Column" if len(rule.parameters) == 1 else "Multicolumn"
    return f"{kind}.{','.join(rule.parameters)}.{name}"


def _is_unique(rule: Rule, frame: Frame) -> Check:
    grouping = _grouping(rule, frame)
    fails = all_of(grouping.scope, _some_value(grouping), _repeated(grouping))
    return Check(lambda facts: _unique(rule, facts, grouping), groupings=(grouping,), fails=fails)


def _unique(rule: Rule, facts: Facts, grouping: Grouping) -> Answer:
    found = facts.groups[grouping]
    repeated = found.rows - found.unique
    metrics = {_metric(rule, "Uniqueness"): found.unique / found.rows} if found.rows else {}
    reason = f"{repeated} of {found.rows} rows share {_values(rule)} with another" if repeated else ""
    return Answer(not repeated, reason, metrics)


def _values(rule: Rule) -> str:
    return "their value" if len(rule.parameters) == 1 else "their values"


def _is_primary_key(rule: Rule, frame: Frame) -> Check:
    grouping = _grouping(rule, frame)
    incomplete = " OR ".join(f"{name} IS NULL" for name in grouping.columns)
    missing, rows = count_if(all_of(grouping.scope, incomplete)), count_if(grouping.scope)
    known = {
        f"Column.{name}.Completeness": count_if(
            all_of(grouping.scope, f"{frame.simple(name).sql} IS NOT NULL")
        )
        for name in rule.parameters
    }
    fails = all_of(grouping.scope, f"({incomplete}) OR {_repeated(grouping)}")

    def conclude(facts: Facts) -> Answer:
        count = facts.count(missing)
        reason = f"{count} of {facts.count(rows)} rows have no value in the key" if count else ""
        metrics = {
            name: facts.count(sql) / facts.count(rows) for name, sql in known.items() if facts.count(rows)
        }
        parts = [_unique(rule, facts, grouping), Answer(not count, reason, metrics)]
        return joined(parts, all(part.passed for part in parts))

    return Check(conclude, (missing, rows, *known.values()), (grouping,), fails=fails)


def _some_value(grouping: Grouping) -> str:
    return " OR ".join(f"{name} IS NOT NULL" for name in grouping.columns)


def _repeated(grouping: Grouping) -> str:
    """Whether another row that is judged has the same values."""
    same = f"OVER (PARTITION BY {', '.join(grouping.columns)})"
    return f"{count_if(grouping.scope)} {same} > 1"


def _uniqueness(rule: Rule, frame: Frame) -> Check:
    """Of all rows with a value, the share whose values occur once."""
    grouping = _grouping(rule, frame)
    return Check(lambda facts: _ratio(rule, facts.groups[grouping], "rows"), groupings=(grouping,))


def _unique_value_ratio(rule: Rule, frame: Frame) -> Check:
    """Of all different values, the share that occurs once."""
    grouping = _grouping(rule, frame)
    return Check(lambda facts: _ratio(rule, facts.groups[grouping], "distinct"), groupings=(grouping,))


def _ratio(rule: Rule, found: Groups, of: Literal["rows", "distinct"]) -> Answer:
    """A share of no rows meets every condition; where there are rows, but no values, it is unknown."""
    assert rule.condition is not None
    if not found.rows + found.nulls:
        return Answer(passed=True)
    whole = getattr(found, of)
    share = found.unique / whole if whole else None
    return number(rule.rule_type, share, rule.condition, metric=_metric(rule, rule.rule_type))


RULES.add("IsUnique", RuleKind(_is_unique))
RULES.add("IsPrimaryKey", RuleKind(_is_primary_key))
RULES.add("Uniqueness", RuleKind(_uniqueness))
RULES.add("UniqueValueRatio", RuleKind(_unique_value_ratio))
