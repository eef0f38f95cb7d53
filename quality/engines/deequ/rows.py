"""Which rows fail which rule, from the arrays of rule texts that Deequ puts beside each row."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from functools import reduce
from operator import and_, or_

from pyspark.sql import Column, DataFrame
from pyspark.sql import functions as F

from etl_core.names import quote
from quality.dqdl import Rule
from quality.engine import RULES_FAILED
from quality.engines.deequ.questions import questions

_GOOD = "DataQualityRulesPass"
_BAD = "DataQualityRulesFail"


def failed_rows(
    row_level: DataFrame, columns: Iterable[str], rules: Iterable[Rule], spelling: Mapping[str, str]
) -> DataFrame:
    """`columns` of every row and RULES_FAILED. `spelling`: question -> the text Deequ uses for it."""
    failures = [F.when(_fails(rule, spelling), F.lit(rule.text)) for rule in rules]
    return row_level.select(
        *(F.col(quote(column)) for column in columns),
        F.array_compact(F.array(*failures)).alias(RULES_FAILED),
    )


def good_shares(
    row_level: DataFrame, rules: Iterable[Rule], spelling: Mapping[str, str]
) -> dict[str, float | None]:
    """By rule text, the share of good rows among those in the scope of `where`; None where there are none.

    One Spark action for all rules.
    """
    wanted = {rule.text: rule for rule in rules}
    if not wanted:
        return {}
    counts = [
        F.avg(F.when(_in_scope(rule), F.when(_fails(rule, spelling), 0.0).otherwise(1.0)))
        for rule in wanted.values()
    ]
    (row,) = row_level.agg(*counts).collect()
    return dict(zip(wanted, row, strict=True))


def _fails(rule: Rule, spelling: Mapping[str, str]) -> Column:
    if rule.parts:
        join = or_ if rule.operator == "and" else and_
        return reduce(join, (_fails(part, spelling) for part in rule.parts))
    texts = [spelling[question] for question in questions(rule)]
    if (
        rule.rule_type == "ColumnValues"
    ):  # a NULL is neither passed nor failed by some conditions: it is no pass
        return _in_scope(rule) & ~F.array_contains(_GOOD, texts[0])
    failed = reduce(or_, (F.array_contains(_BAD, text) for text in texts))
    if rule.rule_type == "IsUnique":  # several NULLs are no duplicates, in Deequ's verdict as in SQL
        return failed & F.col(quote(rule.columns[0])).isNotNull()
    return failed


def _in_scope(rule: Rule) -> Column:
    return F.coalesce(F.expr(rule.where), F.lit(False)) if rule.where else F.lit(True)
