"""Rules on rows that stand for themselves, judged by the pass that writes them to branch or stage.

The plan that is written takes out the rows that fail a rule by themselves; what the rules as a whole say is
observed in it, and known before anything is published. Where it is not certain the batch is given up and
judged before it is written: an answer that did not arrive never counts as a good one.
"""

from __future__ import annotations

from dataclasses import dataclass, replace

from pyspark.errors import AnalysisException
from pyspark.sql import DataFrame
from pyspark.sql import functions as F

from etl_core.names import ERRORS, FLAWED, PROBLEM, RAW_LINE, quote
from etl_core.report.records import RowCounts
from etl_core.run.common.batch import Batch, stamped
from etl_core.run.common.frames import together
from etl_core.run.common.staged import Staged, UnsureError
from etl_core.run.common.task import Task
from etl_core.run.rules import check
from etl_core.run.rules.counting import CHECKPOINT_WAIT_SECONDS, WAIT_SECONDS, Found, Watched, checkpointed
from etl_core.run.rules.judging import foresee
from quality.engine import RULES_FAILED, Evaluation, Foreseen
from quality.failing import any_of, with_failures
from quality.judge import rules_of

SMALL_ROWS = 100_000  # up to so many are grouped in one task, without a shuffle


@dataclass(frozen=True)
class _Counts:
    """Rows that flowed through, those that did not parse, and those that failed a rule by themselves."""

    read: int
    flawed: int
    failed: int

    @property
    def good(self) -> int:
        return self.read - self.flawed - self.failed


@dataclass(frozen=True)
class InPass:
    """`typed`: the rows with what is wrong with them; `frame`: as they are stored, with FLAWED; `watched`:
    the same, observed."""

    task: Task
    typed: DataFrame
    frame: DataFrame
    foreseen: Foreseen
    watched: Watched

    @property
    def rows(self) -> DataFrame:
        """What to write."""
        fails = any_of([FLAWED, *_fails(self.task, self.foreseen)])
        return self.watched.frame.where(f"NOT ({fails})").drop(FLAWED)

    def settle(self, batch: Batch, staged: Staged) -> Batch:
        """The batch with verdicts and account, once its rows are written.

        Raises QualityError if a rule blocks, UnsureError if nothing is certain.
        """
        quality = self.task.table.config.quality
        found = self._found(staged)
        seen = _counts(found)
        wanted = quality.rows == "quarantine" or self.foreseen.reads_rows
        failing = self._failing(seen.failed) if seen.failed and wanted else None
        judged = self._judged(staged, failing) if self.foreseen.reads_rows else None
        evaluation = self.foreseen.conclude(found, judged)
        verdicts = check.verdicts(self.task.table, evaluation, "rules")
        self._refuse_others(evaluation)
        rejected = [self.typed.where(FLAWED)] if seen.flawed else []
        if failing is not None and quality.rows == "quarantine":
            rejected.append(failing)
        return replace(batch, verdicts=verdicts, rejected=together(rejected), counts=self._account(seen))

    def _found(self, staged: Staged) -> Found:
        """What was observed, reconciled with the rows that the sink says it wrote."""
        found = self.watched.found(WAIT_SECONDS if staged.written else CHECKPOINT_WAIT_SECONDS)
        if found is None:
            raise UnsureError("the write did not say what it saw")
        if _counts(found).good != staged.written:
            raise UnsureError(f"{_counts(found)} were seen, and {staged.written} rows written")
        return found

    def _failing(self, count: int) -> DataFrame:
        """The rows that were taken out for a rule: read once more, and held."""
        failing = self.frame.where(any_of(_fails(self.task, self.foreseen)))
        conditions = [(one.rule, one.fails) for one in self.foreseen.conditions]
        failing = with_failures(failing, conditions).drop(FLAWED)
        held, found = checkpointed(failing, {"rows": "COUNT(1)"})
        if int(found["rows"] or 0) != count:
            raise UnsureError(f"{count} rows failed when they were written, {found['rows']} now")
        return held

    def _judged(self, staged: Staged, failing: DataFrame | None) -> DataFrame:
        """All that the rules judge, for those that compare rows with each other: what was written, in the
        batch's own types, and what was taken out. Columnar files are read faster than sources."""
        rows, own = staged.rows(), [field for field in self.frame.schema if field.name != FLAWED]
        held = {name.lower(): quote(name) for name in rows.columns}
        if any(field.name.lower() not in held for field in own):
            raise UnsureError("the table does not keep all columns of the batch")
        columns = [F.col(held[one.name.lower()]).cast(one.dataType).alias(one.name) for one in own]
        judged = rows.select(*columns)
        if failing is not None:
            judged = judged.unionByName(failing.drop(RULES_FAILED))
        judged = judged.withColumn(FLAWED, F.lit(False))
        return judged.coalesce(1) if (staged.written or 0) <= SMALL_ROWS else judged

    def _refuse_others(self, evaluation: Evaluation) -> None:
        """Rows that fail only beside others are known too late."""
        failed = {at for at, one in enumerate(evaluation.verdicts) if one.outcome == "failed"}
        takes_out = self.task.table.config.quality.rows != "keep"
        if takes_out and failed & self.foreseen.beside - evaluation.unjudged:
            raise UnsureError("rows fail beside others, and are to be taken out")

    def _account(self, seen: _Counts) -> RowCounts:
        drops = self.task.table.config.quality.rows == "drop"
        return RowCounts(
            read=seen.read,
            written=seen.good,
            quarantined=seen.flawed if drops else seen.flawed + seen.failed,
            dropped=seen.failed if drops else 0,
        )


def in_pass(task: Task, typed: DataFrame) -> InPass | None:
    """None where the contract's rules cannot be judged by the pass that writes."""
    frame = stamped(typed.drop(ERRORS, PROBLEM, RAW_LINE), task.run)
    ruleset = rules_of(task.table.config.quality, "rules")
    foreseen = foresee(task.engine, task.table, ruleset, frame, only=f"NOT {FLAWED}")
    if foreseen is None or (foreseen.reads_rows and _comes_again(task)):
        return None
    counted = {
        "read": "COUNT(1)",
        "flawed": f"COUNT_IF({FLAWED})",
        "failed": f"COUNT_IF({any_of(_fails(task, foreseen))})",
    }
    try:
        watched = Watched(frame, {**foreseen.aggregates, **counted})
    except AnalysisException:  # less can be observed than aggregated
        return None
    return InPass(task, typed, frame, foreseen, watched)


def _comes_again(task: Task) -> bool:
    """Whether this run's id has published before: what is staged is read back by it."""
    return task.before is not None and task.before.run_id == task.engine.run_id


def _fails(task: Task, foreseen: Foreseen) -> list[str]:
    """Conditions by which rows are taken out."""
    keep = task.table.config.quality.rows == "keep"
    return [] if keep else [one.fails for one in foreseen.conditions]


def _counts(found: Found) -> _Counts:
    return _Counts(*(int(found[name] or 0) for name in ("read", "flawed", "failed")))
