"""Rules evaluated by Spark itself: one pass for all statistics and row rules, one more for what is counted by
value, and one for each query. Or in a pass that somebody makes anyway: `foreseen.py`."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime

from pyspark.sql import DataFrame

from quality.answer import Answer
from quality.dqdl import Ruleset
from quality.dynamic import resolved
from quality.engine import Composites, Evaluation, Foreseen
from quality.engines import ENGINES
from quality.engines.inline.check import Facts
from quality.engines.inline.compiling import Compiled, compiled
from quality.engines.inline.foreseen import foresee
from quality.engines.inline.gather import ROWS, gather
from quality.engines.inline.rows import answer_of, answers_to, evaluation, judged_by_row, row_sql
from quality.engines.views import named_views
from quality.failing import with_failures
from quality.known import UNKNOWN, Known


@dataclass(frozen=True)
class _Judged:
    """Rule by rule: the answer, and as SQL which rows fail; empty where none do or the rule names none.
    rows: how many were judged; None if nothing counted them."""

    answers: tuple[Answer, ...]
    fails: tuple[str, ...]
    rows: int | None


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
        known: Known = UNKNOWN,
    ) -> Evaluation:
        """See `Engine`. Several threads may evaluate at once, each a frame of its own session."""
        asked = resolved(ruleset, known.earlier)
        found = compiled(asked.leaves(), df, self._clock(), known)
        with named_views(df, known.references, asked):
            judged = _judge(df, asked, found, composites)
        named = zip(ruleset.rules, judged.fails, strict=True) if rows else ()
        failing = [(rule.text, sql) for rule, sql in named if sql]
        failures = with_failures(df, failing) if failing else None
        return evaluation(ruleset, judged.answers, judged.rows, failures)

    def foresee(
        self,
        df: DataFrame,
        ruleset: Ruleset,
        *,
        only: str,
        composites: Composites = "dataset",
        known: Known = UNKNOWN,
    ) -> Foreseen | None:
        """See `Engine`. CustomSql, and composites row by row, ask questions of their own."""
        asked = resolved(ruleset, known.earlier)
        found = compiled(asked.leaves(), df, self._clock(), known, only=only)
        return foresee(df, asked, found, only, composites)


def _judge(df: DataFrame, ruleset: Ruleset, found: Compiled, composites: Composites) -> _Judged:
    """The answers to resolved rules, once every pass that they need has run."""
    gathered = gather(df, found.checks)
    unanswered = found.without(gathered.broken)
    checks = unanswered.checks
    known = answers_to(ruleset.leaves(), unanswered, gathered.facts)
    by_row = judged_by_row(df, ruleset.rules, checks, known) if composites == "row" else {}
    answers = tuple(by_row.get(rule.text) or answer_of(rule, known) for rule in ruleset.rules)
    fails = tuple(
        row_sql(rule, checks, known)
        if rule.row_level and answer.judged and (rule.has_threshold or not answer.passed)
        else ""
        for rule, answer in zip(ruleset.rules, answers, strict=True)
    )
    return _Judged(answers, fails, _rows(gathered.facts))


def _rows(facts: Facts) -> int | None:
    if ROWS in facts.values:
        return facts.count(ROWS)
    counted = (groups.rows + groups.nulls for by, groups in facts.groups.items() if not by.scope)
    return next(counted, None)


ENGINES.add("inline", InlineEngine())
