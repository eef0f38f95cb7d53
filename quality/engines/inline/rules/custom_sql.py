"""CustomSql: one number from a query over the judged rows."""

from __future__ import annotations

from quality.answer import Answer
from quality.dqdl import Rule
from quality.engines.inline.check import RULES, Check, Facts, RuleKind
from quality.engines.inline.frame import Frame
from quality.engines.inline.judging import number
from quality.engines.refusals import rows_of_sql


def _custom_sql(rule: Rule, _frame: Frame) -> Check:
    (sql,) = rule.parameters
    condition = rule.condition
    assert condition is not None

    def conclude(facts: Facts) -> Answer:
        value = facts.numbers[sql] or 0.0  # a NULL counts as 0, as it does for Deequ
        return number("the result", value, condition, metric="Dataset.*.CustomSQL")

    return Check(conclude, queries=(sql,))


RULES.add("CustomSql", RuleKind(_custom_sql, rows_of_sql, "with a condition, without a threshold"))
