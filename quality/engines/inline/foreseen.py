"""Rules whose questions are answered by a pass over the rows that somebody else makes."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from pyspark.sql import DataFrame

from quality.dqdl import Rule, Ruleset
from quality.engine import Composites, Evaluation, Foreseen, RowCondition, Values
from quality.engines.inline.check import Check, Facts, Grouping, Groups
from quality.engines.inline.compiling import Compiled
from quality.engines.inline.gather import gather_groups, unfit
from quality.engines.inline.rows import answer_of, answers_to, evaluation, row_sql
from quality.engines.inline.scan import Scan
from quality.engines.inline.sql import count_if


def foresee(
    df: DataFrame, ruleset: Ruleset, found: Compiled, only: str, composites: Composites
) -> Foreseen | None:
    """`ruleset`: resolved; `found`: its leaves. None for rules that ask more than aggregates of the rows and
    the sizes of groups: CustomSql, other datasets, and composites row by row, whose parts have to be judged
    first."""
    if composites == "row" and any(rule.parts for rule in ruleset.rules):
        return None
    if any(check.queries for check in found.checks.values()):
        return None
    rules = _Rules(ruleset, found.without(unfit(df, found.checks)), count_if(only))
    checks = rules.compiled.checks
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
    """`rows`: SQL, the number of judged rows."""

    ruleset: Ruleset
    compiled: Compiled
    rows: str

    @property
    def scan(self) -> Scan:
        asked = [sql for check in self.compiled.checks.values() for sql in check.aggregates]
        return Scan.of([self.rows, *asked])

    def conclude(self, values: Values, rows: DataFrame | None) -> Evaluation:
        """Raises KeyError where a value is missing."""
        groups: dict[Grouping, Groups] = {}
        broken: dict[str, str] = {}
        if rows is not None:
            groups, broken = gather_groups(rows, self.compiled.checks)
        facts = Facts(self.scan.read(values), groups)
        known = answers_to(self.ruleset.leaves(), self.compiled.without(broken), facts)
        answers = [answer_of(rule, known) for rule in self.ruleset.rules]
        return evaluation(self.ruleset, answers, facts.count(self.rows))
