"""Rules evaluated by Spark itself: one pass for all statistics and row rules, one more for what is counted by
value, and one for each CustomSql. Or in a pass that somebody makes anyway: `foreseen.py`."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime

from pyspark.sql import DataFrame

from etl_core.names import SYSTEM_PREFIX, quote
from quality.answer import Answer, unjudged
from quality.dqdl import Ruleset
from quality.engine import Composites, Evaluation, Foreseen
from quality.engines import ENGINES
from quality.engines.inline.compiling import compiled
from quality.engines.inline.foreseen import foresee
from quality.engines.inline.gather import gather
from quality.engines.inline.rows import answer_of, evaluation, judged_by_row, row_sql
from quality.engines.primary import primary_view
from quality.failing import with_failures


@dataclass(frozen=True)
class Judged:
    """Rule by rule: the answer, and as SQL which rows fail; empty where none do or the rule names none."""

    answers: tuple[Answer, ...]
    fails: tuple[str, ...]


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
        unique: tuple[str, ...] = (),
    ) -> Evaluation:
        """See `Engine`. Several threads may evaluate at once, each a frame of its own session."""
        judged = self.judge(df, ruleset, composites, unique)
        named = list(zip(ruleset.rules, judged.fails, strict=True)) if rows else []
        failing = [(rule.text, sql) for rule, sql in named if sql]
        return evaluation(ruleset, judged.answers, with_failures(df, failing) if failing else None)

    def foresee(
        self, df: DataFrame, ruleset: Ruleset, *, only: str, composites: Composites = "dataset"
    ) -> Foreseen | None:
        """See `Engine`. CustomSql, and composites row by row, ask questions of their own."""
        return foresee(df, ruleset, self._clock(), only, composites)

    def judge(
        self, df: DataFrame, ruleset: Ruleset, composites: Composites, unique: Sequence[str] = ()
    ) -> Judged:
        """The answers, once every pass that they need has run."""
        found = compiled(ruleset.leaves(), df, self._clock(), unique=unique)
        visible = df.select(*(quote(name) for name in df.columns if not name.startswith(SYSTEM_PREFIX)))
        with primary_view(visible, ruleset):
            gathered = gather(df, found.checks)
        known = found.answers | {text: unjudged(why) for text, why in gathered.broken.items()}
        checks = {text: check for text, check in found.checks.items() if text not in known}
        known |= {text: check.conclude(gathered.facts) for text, check in checks.items()}
        by_row = judged_by_row(df, ruleset.rules, checks, known) if composites == "row" else {}
        answers = tuple(by_row.get(rule.text) or answer_of(rule, known) for rule in ruleset.rules)
        fails = tuple(
            row_sql(rule, checks, known)
            if rule.row_level and answer.judged and (rule.has_threshold or not answer.passed)
            else ""
            for rule, answer in zip(ruleset.rules, answers, strict=True)
        )
        return Judged(answers, fails)


ENGINES.add("inline", InlineEngine())
