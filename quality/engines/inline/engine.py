"""Rules evaluated by Spark itself: one pass for all statistics and row rules, one more for what is counted by
value, and one for each CustomSql."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime

from pyspark.sql import Column, DataFrame
from pyspark.sql import functions as F

from etl_core.names import SYSTEM_PREFIX, quote
from quality.answer import Answer, combined, measuring, unjudged, verdict
from quality.dqdl import Rule, Ruleset
from quality.dynamic import resolved
from quality.earlier import NOTHING, Earlier
from quality.engine import RULES_FAILED, Composites, Evaluation
from quality.engines import ENGINES
from quality.engines.inline.check import Check, Facts
from quality.engines.inline.compiling import compiled
from quality.engines.inline.gather import ROWS, gather
from quality.engines.inline.rows import judged_by_row, row_sql
from quality.engines.primary import primary_view


@dataclass(frozen=True)
class Judged:
    """Rule by rule: the answer, and as SQL which rows fail; empty where none do or the rule names none.
    rows: how many were judged; None if nothing counted them."""

    answers: tuple[Answer, ...]
    fails: tuple[str, ...]
    rows: int | None = None


def _utc_now() -> datetime:
    return datetime.now(UTC)


class InlineEngine:
    """See the module. Rules do not see the `_strata_*` columns; row_failures keeps them."""

    def __init__(self, clock: Callable[[], datetime] = _utc_now) -> None:
        self._clock = clock

    def evaluate(
        self,
        df: DataFrame,
        ruleset: Ruleset,
        *,
        rows: bool,
        composites: Composites = "dataset",
        earlier: Earlier = NOTHING,
    ) -> Evaluation:
        """See `Engine`. Several threads may evaluate at once, each a frame of its own session."""
        judged = self.judge(df, resolved(ruleset, earlier), composites, earlier)
        failing = list(zip(ruleset.rules, judged.fails, strict=True)) if rows else []
        texts = [F.when(F.expr(sql), F.lit(rule.text)) for rule, sql in failing if sql]
        return Evaluation(
            verdicts=tuple(
                verdict(rule, one, judged.rows)
                for rule, one in zip(ruleset.rules, judged.answers, strict=True)
            ),
            row_failures=with_failures(df, texts) if texts else None,
            unjudged=frozenset(index for index, one in enumerate(judged.answers) if not one.judged),
        )

    def judge(
        self, df: DataFrame, ruleset: Ruleset, composites: Composites, earlier: Earlier = NOTHING
    ) -> Judged:
        """The answers to resolved rules, once every pass that they need has run."""
        found = compiled(ruleset.leaves(), df, self._clock(), earlier)
        visible = df.select(*(quote(name) for name in df.columns if not name.startswith(SYSTEM_PREFIX)))
        with primary_view(visible, ruleset):
            gathered = gather(df, found.checks)
        known = found.answers | {text: unjudged(why) for text, why in gathered.broken.items()}
        checks = {text: check for text, check in found.checks.items() if text not in known}
        known |= {text: check.conclude(gathered.facts) for text, check in checks.items()}
        known |= {leaf.text: measuring(leaf, known[leaf.text]) for leaf in ruleset.leaves()}
        by_row = judged_by_row(df, ruleset.rules, checks, known) if composites == "row" else {}
        answers = tuple(by_row.get(rule.text) or _answer(rule, known) for rule in ruleset.rules)
        pairs = zip(ruleset.rules, answers, strict=True)
        fails = tuple(_failing(rule, one, checks, known) for rule, one in pairs)
        return Judged(answers, fails, _rows(gathered.facts))


def _rows(facts: Facts) -> int | None:
    if ROWS in facts.values:
        return facts.count(ROWS)
    counted = (groups.rows + groups.nulls for by, groups in facts.groups.items() if not by.scope)
    return next(counted, None)


def with_failures(df: DataFrame, texts: Sequence[Column]) -> DataFrame:
    """`df` and RULES_FAILED, made of `texts` that are not NULL."""
    return df.select("*", F.array_compact(F.array(*texts)).alias(RULES_FAILED))


def _answer(rule: Rule, known: Mapping[str, Answer]) -> Answer:
    if rule.parts:
        return combined([_answer(part, known) for part in rule.parts], rule.operator)
    return known[rule.text]


def _failing(rule: Rule, answer: Answer, checks: Mapping[str, Check], known: Mapping[str, Answer]) -> str:
    named = rule.row_level and answer.judged and (rule.has_threshold or not answer.passed)
    return row_sql(rule, checks, known) if named else ""


ENGINES.add("inline", InlineEngine())
