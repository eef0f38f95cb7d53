"""CustomSql: one number from a query over the judged rows."""

from __future__ import annotations

from collections.abc import Iterator

from quality.answer import Answer
from quality.dqdl import Rule
from quality.engines.inline.check import RULES, Check, Facts, Refusal, RuleKind
from quality.engines.inline.frame import Frame
from quality.engines.inline.judging import number


def _custom_sql(rule: Rule, _frame: Frame) -> Check:
    (sql,) = rule.parameters
    condition = rule.condition
    assert condition is not None

    def conclude(facts: Facts) -> Answer:
        value = facts.numbers[sql] or 0.0  # a NULL counts as 0, as it does for Deequ
        return number("the result", value, condition, metric="Dataset.*.CustomSQL")

    return Check(conclude, query=sql)


def _refused(rule: Rule) -> Iterator[Refusal]:
    if rule.condition is None:
        yield (
            "CustomSql without a condition",
            'compare one number: CustomSql "select count(*) from primary where ..." = 0',
        )
    elif rule.threshold:
        yield "CustomSql with a condition and a threshold", "judge the number itself"


RULES.add("CustomSql", RuleKind(_custom_sql, _refused, "with a condition, without a threshold"))
