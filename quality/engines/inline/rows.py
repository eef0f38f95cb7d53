"""From the answers to the parts of rules to rules: verdicts, which rows fail, composites row by row."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence

from pyspark.sql import DataFrame
from pyspark.sql import functions as F

from quality.answer import Answer, combined, joined, measuring, verdict
from quality.dqdl import Rule, Ruleset
from quality.engine import Evaluation
from quality.engines.inline.check import Check, Facts
from quality.engines.inline.compiling import Compiled


def answers_to(leaves: Iterable[Rule], compiled: Compiled, facts: Facts) -> dict[str, Answer]:
    """Answers to rules that are no composites, by their text, with what their numbers are of."""
    found = compiled.answers | {text: check.conclude(facts) for text, check in compiled.checks.items()}
    return {leaf.text: measuring(leaf, found[leaf.text]) for leaf in leaves}


def evaluation(
    ruleset: Ruleset, answers: Sequence[Answer], rows: int | None, row_failures: DataFrame | None = None
) -> Evaluation:
    """`answers`: one a rule. `rows`: how many were judged; None if nothing counted them."""
    return Evaluation(
        verdicts=tuple(verdict(rule, one, rows) for rule, one in zip(ruleset.rules, answers, strict=True)),
        row_failures=row_failures,
        unjudged=frozenset(index for index, one in enumerate(answers) if not one.judged),
    )


def answer_of(rule: Rule, known: Mapping[str, Answer]) -> Answer:
    """`known`: the answers to rules that are no composites, by their text."""
    if rule.parts:
        return combined([answer_of(part, known) for part in rule.parts], rule.operator)
    return known[rule.text]


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
