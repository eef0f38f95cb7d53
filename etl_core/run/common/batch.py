"""What passes from one stage to the next once rows are typed: the batch and its account."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime
from typing import Literal

from pyspark.sql import Column, DataFrame
from pyspark.sql import functions as F

from etl_core.names import DELETE, ERRORS, FLAWED, INGESTED_AT, IS_DELETED, PROBLEM, RAW_LINE, RUN_ID
from etl_core.report.records import RowCounts
from etl_core.run.common.context import Run
from etl_core.run.common.staged import Staged
from etl_core.sinks.protocol import When
from etl_core.state.models import Verdict
from quality.engine import Evaluation

Write = Literal["append", "overwrite", "overwrite_partitions", "apply"]  # the sink's operations


@dataclass(frozen=True)
class Batch:
    """Rows to write and rows turned away.

    `rows`: what the sink gets, by the operation `write`; `when` is for `apply`. `rejected`: None where
    there are none. `side`: rows for side tables, by kind. `counts`: None while only the write can tell;
    with `when` newer they are those of winners, and the table decides the rest. `settle`: adds counts, and
    all else that the write told, once the rows are staged; it raises QualityError if a rule blocks, and
    UnsureError where the batch has to be given up for `instead`.
    `deletes`: events that count as written though the sink does not count them; `beside`: rows that it
    counts though no event stands for them. `soft_deletes`: `rows` say in `is_deleted` what is gone.
    `on_events`: what the rules said that were evaluated on single events. `judged`: all rules have been
    evaluated, and `verdicts` are theirs; or `settle` evaluates them. `unique`: columns in which no two of
    `rows` are alike, and none is NULL. `oldest_tombstone`: logical
    time of the oldest one kept. `release`: frees what was persisted. `afterwards`: done once the batch is
    published; harmless if it never happens.
    """

    rows: DataFrame
    write: Write = "append"
    when: When = "newer"
    rejected: DataFrame | None = None
    side: Mapping[str, DataFrame] = field(default_factory=dict)
    oldest_tombstone: datetime | None = None
    counts: RowCounts | None = None
    deletes: int = 0
    beside: int = 0
    soft_deletes: bool = False
    on_events: Evaluation | None = None
    judged: bool = False
    unique: tuple[str, ...] = ()
    settle: Callable[[Batch, Staged], Batch] | None = None
    instead: Callable[[], Batch] | None = None
    verdicts: tuple[Verdict, ...] = ()
    release: tuple[Callable[[], object], ...] = ()
    afterwards: tuple[Callable[[], None], ...] = ()
    notes: tuple[str, ...] = ()

    @property
    def live(self) -> Column:
        """Which `rows` the rules judge: deletes are judged on their keys only, and those are checked
        before."""
        live = ~F.col(DELETE) if DELETE in self.rows.columns else F.lit(True)
        return live & ~F.coalesce(F.col(IS_DELETED), F.lit(False)) if self.soft_deletes else live

    def without(self, failing: DataFrame, good: DataFrame, count: int, *, dropped: bool) -> Batch:
        """The batch after a check has taken `count` rows out of what would be written."""
        taken = {"dropped": count} if dropped else {"quarantined": count}
        counts = self.counts or RowCounts()
        update = {name: getattr(counts, name) + more for name, more in taken.items()}
        update["written"] = counts.written - count
        rejected = self.rejected
        if not dropped:
            rejected = (
                failing if rejected is None else rejected.unionByName(failing, allowMissingColumns=True)
            )
        return replace(self, rows=good, rejected=rejected, counts=counts.model_copy(update=update))


def finished(rows: DataFrame, run: Run) -> DataFrame:
    """Good rows as they are stored: without the marks of reading, with run and time."""
    return stamped(rows.drop(ERRORS, FLAWED, PROBLEM, RAW_LINE), run)


def stamped(rows: DataFrame, run: Run) -> DataFrame:
    """With the run that writes them, and its logical time."""
    return rows.withColumns(
        {RUN_ID: F.lit(run.run_id), INGESTED_AT: F.lit(run.logical_time).cast("timestamp")}
    )
