"""Rules about the table as a whole: RowCount, ColumnCount, ColumnExists, ColumnNamesMatchPattern."""

from __future__ import annotations

from etl_core.names import literal
from quality.answer import Answer
from quality.dqdl import Rule
from quality.engines.inline.check import RULES, Check, Facts, RuleKind
from quality.engines.inline.frame import Frame
from quality.engines.inline.judging import number
from quality.engines.inline.sql import count_if, scope


def _row_count(rule: Rule, frame: Frame) -> Check:
    condition, rows = rule.condition, count_if(scope(rule, frame))
    assert condition is not None

    def conclude(facts: Facts) -> Answer:
        return number("the number of rows", facts.count(rows), condition, metric="Dataset.*.RowCount")

    return Check(conclude, (rows,))


def _column_count(rule: Rule, frame: Frame) -> Check:
    assert rule.condition is not None
    found = number(
        "the number of columns", len(frame.columns), rule.condition, metric="Dataset.*.ColumnCount"
    )
    return Check(lambda _: found)


def _column_exists(rule: Rule, frame: Frame) -> Check:
    (name,) = rule.parameters
    metric = f"Dataset.{name}.ColumnExists"
    there = name in frame.columns  # as it is spelt: case counts, as it does for Deequ
    found = Answer(there, "" if there else f"the data has no column `{name}`", {metric: float(there)})
    return Check(lambda _: found)


def _names_match(rule: Rule, frame: Frame) -> Check:
    """The pattern has to be found in each name. Spark's regular expressions tell, for they are Java's."""
    (pattern,) = rule.parameters
    found = {name: f"CAST({literal(name)} RLIKE {literal(pattern)} AS INT)" for name in frame.columns}

    def conclude(facts: Facts) -> Answer:
        missed = [name for name, sql in found.items() if not facts.values[sql]]
        share = 1 - len(missed) / len(found) if found else 1.0
        reason = f"columns that do not match the pattern: {', '.join(missed)}" if missed else ""
        return Answer(not missed, reason, {"Dataset.*.ColumnNamesPatternMatchRatio": share})

    return Check(conclude, tuple(found.values()))


RULES.add("RowCount", RuleKind(_row_count))
RULES.add("ColumnCount", RuleKind(_column_count))
RULES.add("ColumnExists", RuleKind(_column_exists))
RULES.add("ColumnNamesMatchPattern", RuleKind(_names_match))
