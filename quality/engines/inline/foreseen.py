"""Rules whose questions are answered by a pass over the rows that somebody else makes."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime

from pyspark.sql import DataFrame

from quality.answer import Answer, unjudged
from quality.dqdl import Rule, Ruleset
from quality.engine import Composites, Evaluation, Foreseen, RowCondition, Values
from quality.engines.inline.check import Check, Facts, Grouping, Groups
from quality.engines.inline.compiling import compiled
from quality.engines.inline.gather import gather_groups, unfit
from quality.engines.inline.rows import answer_of, evaluation, row_sql
from quality.engines.inline.scan import Scan


def foresee(
    df: DataFrame, ruleset: Ruleset, now: datetime, only: str, composites: Composites
) -> Foreseen | None:
    """None for rules that ask more than aggregates of the rows and the sizes of groups: CustomSql, and
    composites row by row, whose parts have to be judged first."""
    if composites == "row" and any(rule.parts for rule in ruleset.rules):
        return None
    found = compiled(ruleset.leaves(), df, now, only=only)
    if any(check.query for check in found.checks.values()):
        return None
    known = found.answers | {text: unjudged(why) for text, why in unfit(df, found.checks).items()}
    checks = {text: check for text, check in found.checks.items() if text not in known}
    rules = _Rules(ruleset, checks, known)
    naming = {at: rule for at, rule in enumerate(ruleset.rules) if _names_rows(rule, checks)}
    beside = {at for at, rule in naming.items() if any(checks[leaf.text].groupings for leaf in rule.leaves())}
    return Foreseen(
        aggregates=rules.scan.named,
        conditions=tuple(
            RowCondition(at, rule.text, row_sql(rule, checks, {}), rule.has_threshold)
            for at, rule in naming.items()
            if at not in beside
        ),
        beside=frozenset(beside),
        reads_rows=any(check.groupings for check in checks.values()),
        conclude=rules.conclude,
    )


def _names_rows(rule: Rule, checks: Mapping[str, Check]) -> bool:
    """Of a composite of which a part cannot be judged no row is named: it holds for all, or blocks."""
    return rule.row_level and all(leaf.text in checks for leaf in rule.leaves())


@dataclass(frozen=True)
class _Rules:
    """`checks`: by the text of the rule; `known`: answers that need no question."""

    ruleset: Ruleset
    checks: Mapping[str, Check]
    known: Mapping[str, Answer]

    @property
    def scan(self) -> Scan:
        return Scan.of(sql for check in self.checks.values() for sql in check.aggregates)

    def conclude(self, values: Values, rows: DataFrame | None) -> Evaluation:
        """Raises KeyError where a value is missing."""
        groups: dict[Grouping, Groups] = {}
        broken: dict[str, str] = {}
        if rows is not None:
            groups, broken = gather_groups(rows, self.checks)
        facts = Facts(self.scan.read(values), groups)
        known = {**self.known, **{text: unjudged(why) for text, why in broken.items()}}
        asked = {text: check for text, check in self.checks.items() if text not in known}
        known |= {text: check.conclude(facts) for text, check in asked.items()}
        return evaluation(self.ruleset, [answer_of(rule, known) for rule in self.ruleset.rules])
