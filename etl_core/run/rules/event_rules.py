"""Row rules on events, before the newest of a key is looked for.

Judged after that, a bad event would already have taken the place of the good ones before it: a delete
would be lost, and nobody would see it.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import TypeVar

from py4j.protocol import Py4JJavaError
from pyspark.errors import AnalysisException, PySparkException
from pyspark.sql import DataFrame
from pyspark.sql import functions as F

from etl_core.changes.operations import TRUNCATE
from etl_core.changes.resolve import ASIDE
from etl_core.config.models.table import Quality
from etl_core.config.project import Table
from etl_core.names import DELETE, ERRORS, literal
from etl_core.run.common.engine import Engine
from etl_core.run.rules.counting import CHECKPOINT_WAIT_SECONDS, Watched, aggregated
from etl_core.run.rules.judging import evaluated, foresee
from etl_core.run.rules.rule_parts import rule_parts
from quality.dqdl import Ruleset
from quality.engine import RULES_FAILED, Evaluation, Foreseen
from quality.failing import any_of, with_failures

Judged = tuple[DataFrame, Evaluation | None]
Watching = Callable[[Engine, Table, Ruleset, DataFrame], "EventRules"]
T = TypeVar("T")
_READ = "read"


@dataclass(frozen=True)
class EventRules:
    """`events`: to be evaluated, those that failed a rule marked `_strata_aside`. `settle`: once they are,
    with their number by another account: the events with the rules' texts, and what the rules say. `release`
    frees what was persisted."""

    events: DataFrame
    settle: Callable[[int], Judged]
    release: tuple[Callable[[], object], ...] = ()

    @classmethod
    def none(cls, events: DataFrame) -> EventRules:
        """No rule judges single events."""
        return cls(events, lambda _read: (events, None))


def either_way(quality: Quality, work: Callable[[Watching], T]) -> T:
    """`work` done with `watch_events`; where that fails, once more with rules that judge before it: one
    that Spark cannot evaluate then fails alone."""
    try:
        return work(watch_events)
    except (PySparkException, Py4JJavaError):
        if not rule_parts(quality, events=True).first:
            raise
    return work(first_judged)


def judge_events(engine: Engine, table: Table, ruleset: Ruleset, events: DataFrame) -> Judged:
    """The events, those that failed a rule marked `_strata_aside` (and with the rules' texts), and what
    the rules say. Deletes, truncates and events that are bad already are not judged.

    `events` are read several times: persist them.
    """
    quality = table.config.quality
    upserts = events.where(_judged(events))
    evaluation = evaluated(engine, table, ruleset, upserts, "rules", rows=quality.rows != "keep")
    if evaluation.row_failures is None:
        return events, evaluation
    # Not `persist`: Deequ numbers the rows, and a MERGE refuses a source whose plan does that.
    judged = evaluation.row_failures.localCheckpoint(eager=False)
    marked = _aside(judged, f"SIZE({RULES_FAILED}) > 0", quality)
    return marked.unionByName(events.where(f"NOT ({_judged(events)})"), allowMissingColumns=True), evaluation


def watch_events(engine: Engine, table: Table, ruleset: Ruleset, events: DataFrame) -> EventRules:
    """The same, found out by whoever evaluates the events anyway, where the rules allow that. Only where
    some are bad are they read once more."""
    quality = table.config.quality
    foreseen = foresee(engine, table, ruleset, events, only=_judged(events))
    watched = _watched(events, foreseen) if foreseen is not None else None
    if foreseen is None or watched is None:
        return first_judged(engine, table, ruleset, events)
    fails = [] if quality.rows == "keep" else [one.fails for one in foreseen.conditions]
    observed = _aside(watched.frame, any_of(fails), quality) if fails else watched.frame

    def settle(read: int) -> Judged:
        found = watched.found(CHECKPOINT_WAIT_SECONDS)
        if found is None or found[_READ] != read:
            found = aggregated(events, foreseen.aggregates)
        evaluation = foreseen.conclude(found, None)
        named = fails and any(
            one.always or evaluation.verdicts[one.index].outcome == "failed" for one in foreseen.conditions
        )
        return _marked(events, foreseen, quality) if named else events, evaluation

    return EventRules(observed, settle)


def first_judged(engine: Engine, table: Table, ruleset: Ruleset, events: DataFrame) -> EventRules:
    """By passes of their own, in which a rule that cannot be evaluated fails alone."""
    kept = events.persist()
    judged = judge_events(engine, table, ruleset, kept)
    return EventRules(judged[0], lambda _read: judged, (kept.unpersist,))


def _judged(events: DataFrame) -> str:
    """Which events rules judge."""
    others = [DELETE, f"COALESCE(SIZE({ERRORS}) > 0, FALSE)"]
    others += [TRUNCATE] if TRUNCATE in events.columns else []
    return f"NOT ({' OR '.join(others)})"


def _watched(events: DataFrame, foreseen: Foreseen) -> Watched | None:
    """None where the rules cannot be observed."""
    if foreseen.reads_rows:
        return None
    try:
        return Watched(events, {**foreseen.aggregates, _READ: "COUNT(1)"})
    except AnalysisException:
        return None


def _marked(events: DataFrame, foreseen: Foreseen, quality: Quality) -> DataFrame:
    """With the rules' texts, NULL where nothing was judged."""
    conditions = [(one.rule, one.fails) for one in foreseen.conditions]
    marked = with_failures(events, conditions)
    marked = marked.withColumn(RULES_FAILED, F.when(F.expr(_judged(events)), F.col(RULES_FAILED)))
    return _aside(marked, any_of(fails for _, fails in conditions), quality)


def _aside(events: DataFrame, fails: str, quality: Quality) -> DataFrame:
    how = literal("dropped" if quality.rows == "drop" else "quarantined")
    return events.withColumn(ASIDE, F.expr(f"CASE WHEN {fails} THEN {how} END"))
