"""`prepare` for events without a project and without a format: tables are lists of rows."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from types import SimpleNamespace
from typing import Any, cast

from pyspark.sql import DataFrame, Row, SparkSession
from pyspark.sql import functions as F
from pyspark.sql.types import StructField, StructType

from etl_core.config.models.table import Quality, TableConfig
from etl_core.names import DELETE, ERRORS, ERRORS_TYPE, SEQ
from etl_core.report.records import RowCounts
from etl_core.run.common.context import Run
from etl_core.run.common.task import Task
from etl_core.run.modes import keyed
from etl_core.run.rules import check
from etl_core.state.models import TableState, Verdict
from quality.dqdl import Ruleset
from quality.engine import RULES_FAILED, Composites, Evaluation
from quality.known import UNKNOWN, Known

DAY_0 = datetime(2026, 1, 1, tzinfo=UTC)
DDL = (
    "k int, ts int, Op string, old_k string, v int, w string, "
    f"_strata_source_file string, _strata_row bigint, {ERRORS} {ERRORS_TYPE}"
)


@dataclass
class ListTable:
    """A side table or a target as readers see it."""

    spark: SparkSession
    rows: list[Row] = field(default_factory=list)
    columns: StructType | None = None
    commits: int = 0

    def exists(self) -> bool:
        return self.columns is not None

    def schema(self) -> StructType:
        assert self.columns is not None
        return self.columns

    def create(self, schema: StructType) -> None:
        self.columns = self.columns or schema

    def add_columns(self, fields: Sequence[StructField]) -> None:
        self.columns = StructType([*self.schema().fields, *fields])
        self.rows = [Row(**{**row.asDict(), **{f.name: None for f in fields}}) for row in self.rows]

    def read(self, snapshot: str = "") -> DataFrame:
        names = self.schema().names
        return self.spark.createDataFrame([tuple(row[n] for n in names) for row in self.rows], self.schema())

    def drop_leftovers(self) -> tuple[str, ...]:
        return ()

    def begin(self, run_id: str) -> str:
        return run_id

    def append(self, staging: str, rows: DataFrame) -> None:
        self.rows = [*self.rows, *self._taken(rows)]

    def overwrite(self, staging: str, rows: DataFrame) -> None:
        self.rows = self._taken(rows)

    def publish(self, staging: str, state: TableState) -> None:
        self.commits += 1

    def merge(self, winners: DataFrame, keys: Sequence[str]) -> int:
        """As `apply` with `when="newer"`; rows inserted or updated."""
        held = {tuple(row[key] for key in keys): row for row in self.rows}
        written = 0
        for row in winners.collect():
            key = tuple(row[name] for name in keys)
            assert None not in key
            if key in held and not tuple(row[SEQ]) > tuple(held[key][SEQ]):
                continue
            if row[DELETE]:
                held.pop(key, None)
                continue
            given = row.asDict()
            held[key] = Row(**{name: given.get(name) for name in self.schema().names})
            written += 1
        self.rows = list(held.values())
        return written

    def _taken(self, rows: DataFrame) -> list[Row]:
        names = self.schema().names
        return [Row(**{n: row[n] if n in rows.columns else None for n in names}) for row in rows.collect()]


class NotNegative:
    """A rule engine that knows one row rule, `v` is not negative, and one of the batch, some rows."""

    asked: tuple[tuple[str, ...], ...] = ()

    def foresee(
        self,
        df: DataFrame,
        ruleset: Ruleset,
        *,
        only: str,
        composites: Composites = "dataset",
        known: Known = UNKNOWN,
    ) -> None:
        """It reads the rows itself."""

    def evaluate(
        self,
        df: DataFrame,
        ruleset: Ruleset,
        *,
        rows: bool,
        composites: Composites = "dataset",
        known: Known = UNKNOWN,
    ) -> Evaluation:
        self.asked += (tuple(rule.rule_type for rule in ruleset.rules),)
        verdicts, failing, count = [], df.where("COALESCE(v < 0, FALSE)").count(), df.count()
        for rule in ruleset.rules:
            fails = bool(failing) if rule.row_level else not count
            verdicts.append(Verdict(rule=rule.text, outcome="failed" if fails else "passed"))
        if not failing or not rows or not any(rule.row_level for rule in ruleset.rules):
            return Evaluation(tuple(verdicts))
        texts = F.expr("CASE WHEN v < 0 THEN ARRAY('v') ELSE CAST(ARRAY() AS ARRAY<STRING>) END")
        return Evaluation(tuple(verdicts), df.withColumn(RULES_FAILED, texts))


@dataclass(frozen=True)
class Seen:
    """What one batch came to."""

    counts: RowCounts
    rejected: list[Row]
    notes: tuple[str, ...]
    verdicts: tuple[Verdict, ...]
    applied: int


class Bench:
    """A table `raw.t` with keys `k`, in the order of `ts`; the rest of the contract by keyword."""

    def __init__(self, spark: SparkSession, quality: dict[str, Any] | None = None, **target: Any) -> None:
        wanted = {"mode": "cdc", "keys": ["k"], "sequence_by": ["ts"], "operation_column": "Op"} | target
        self.config = TableConfig.model_validate(
            {"table": "raw.t", "source": {"path": "x"}, "target": wanted, "quality": quality or {}}
        )
        self.spark = spark
        self.target = ListTable(spark)
        self.tombstones = ListTable(spark)
        self.rules = NotNegative()
        self.state: TableState | None = None
        self.runs = 0

    def run(self, events: DataFrame, at: float = 0, *, dies: bool = False) -> Seen:
        """One run at day `at`. It may die once it has published, before it tidies up."""
        self.runs += 1
        now = DAY_0 + timedelta(days=at)
        table = SimpleNamespace(name="raw.t", config=self.config)
        engine = SimpleNamespace(
            rules=self.rules, run_id=f"r{self.runs}", logical_time=now, side=lambda *_: self.tombstones
        )
        run = Run(engine.run_id, now)
        task = Task(*map(_any, (engine, table, run, self.spark, self.target, None, self.state)))
        batch = check.rules(task.engine, cast(Any, table), keyed.prepare(task, events))
        rejected = batch.rejected.collect() if batch.rejected is not None else []
        side = batch.side.get("tombstones")
        if side is not None:
            _grown(self.tombstones, side.schema)
            self.tombstones.append("", side)
        _grown(self.target, batch.rows.drop(DELETE).schema)
        applied = self.target.merge(batch.rows, self.config.target.keys)
        assert batch.counts is not None
        seen = Seen(
            keyed.settle(batch, batch.counts, applied), rejected, batch.notes, batch.verdicts, applied
        )
        self.state = TableState(run_id=run.run_id, at=now, oldest_tombstone=batch.oldest_tombstone)
        for action in () if dies else batch.afterwards:
            action()
        for release in batch.release:
            release()
        return seen


def _grown(table: ListTable, schema: StructType) -> None:
    table.create(schema)
    new = [one for one in schema.fields if one.name not in table.schema().names]
    if new:
        table.add_columns(new)


def _any(value: object) -> Any:
    return value


def quality(**settings: Any) -> dict[str, Any]:
    """A rule on single events."""
    return Quality(rules='Rules = [ ColumnValues "v" >= 0 ]', **settings).model_dump()
