"""Which rows fail a rule, and composites that are judged row by row."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from pyspark.sql import DataFrame
from pyspark.sql import functions as F

from quality.answer import Answer, joined
from quality.dqdl import Rule
from quality.engines.inline.check import Check


def row_sql(rule: Rule, checks: Mapping[str, Check], answers: Mapping[str, Answer]) -> str:
    """TRUE for a row that fails the rule, FALSE for any other.

    Of a composite, a part about the whole dataset fails for every row or for none.
    """
    if rule.parts:
        joint = " OR " if rule.operator == "and" else " AND "
        return joint.join(f"({row_sql(part, checks, answers)})" for part in rule.parts)
    check = checks.get(rule.text)
    if check and check.fails:
        return check.fails
    return "FALSE" if answers[rule.text].passed else "TRUE"


def judged_by_row(
    df: DataFrame, rules: Sequence[Rule], checks: Mapping[str, Check], answers: Mapping[str, Answer]
) -> dict[str, Answer]:
    """Answers to the composites among `rules`, by their text: whether the expression holds for each row.

    One Spark job; nothing is said of a frame without rows.
    """
    wanted = {rule.text: rule for rule in rules if rule.parts}
    if not wanted:
        return {}
    failing = [
        F.expr(row_sql(rule, checks, answers)).alias(f"r{n}") for n, rule in enumerate(wanted.values())
    ]
    counts = [F.expr(f"COUNT_IF(r{number})") for number in range(len(wanted))]
    count, *bad = df.select(*failing).agg(F.count(F.lit(1)), *counts).collect()[0]
    if not count:
        return {}
    parts = {text: [answers[leaf.text] for leaf in rule.leaves()] for text, rule in wanted.items()}
    return {
        text: Answer(
            passed=not failed,
            reason=f"{failed} of {count} rows fail" if failed else "",
            metrics=joined(parts[text], passed=True).metrics,
            measured=joined(parts[text], passed=True).measured,
            judged=not failed or all(part.judged for part in parts[text]),
        )
        for text, failed in zip(wanted, bad, strict=True)
    }
