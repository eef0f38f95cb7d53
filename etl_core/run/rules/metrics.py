"""A run's numbers in `_strata.metrics`, and those of runs before it.

The data is published by the time a run writes its metrics, and is right without them: what goes wrong here is
said, and fails nothing. pyiceberg is imported only here, and only by runs that judged something.
"""

from __future__ import annotations

import logging
from collections.abc import Collection, Iterator
from dataclasses import replace

from etl_core.config.models.environment import EnvironmentConfig
from etl_core.metrics.model import MetricRow, Series
from etl_core.names import METRICS
from etl_core.report.records import RunRecord, TableRecord
from etl_core.state.models import Verdict
from quality.dqdl import parse
from quality.earlier import Earlier
from quality.judge import Scope

SHOWN_RUNS = 20  # earlier runs that the report draws
_MISSING = "pyiceberg is not installed (pip install 'strata-etl[history]')"
log = logging.getLogger(__name__)


def keep(environment: EnvironmentConfig, record: RunRecord) -> tuple[RunRecord, list[Series]]:
    """Write the run's metrics, once. The record, with a warning if that failed, and the lines of metrics over
    the last runs."""
    try:
        rows = list(rows_of(record))
        if not rows:
            return record, []
        from etl_core.metrics import read, store

        store.add(environment, rows)
        return record, read.trends(environment, SHOWN_RUNS)
    except Exception as error:
        warning = f"the run's metrics are not in {METRICS}: {_said(error)}; the tables are as reported"
        log.warning("%s", warning, exc_info=log.isEnabledFor(logging.DEBUG))
        return record.model_copy(update={"warnings": (*record.warnings, warning)}), []


def results_before(environment: EnvironmentConfig, table: str, scope: Scope, count: int) -> Earlier:
    """The last results for rules that are compared with them. Never raises: rules that need them fail."""
    try:
        from etl_core.metrics import read

        return read.earlier(environment, table, scope, count)
    except Exception as error:
        log.debug("%s cannot be read", METRICS, exc_info=True)
        return Earlier(problem=f"the results of earlier runs cannot be read: {_said(error)}")


def undone(environment: EnvironmentConfig, table: str, runs: Collection[str], by: str) -> None:
    """What a rewind took back is no earlier result any more. It stays, marked: it was judged."""
    try:
        from etl_core.metrics import store

        store.mark_undone(environment, table, runs, by)
    except Exception as error:
        log.warning("%s: rewound runs still count for dynamic rules (%s): %s", table, METRICS, _said(error))


def rows_of(record: RunRecord) -> Iterator[MetricRow]:
    """A row a number of a rule; one without a number for a rule that found none."""
    for part in record.tables:
        for verdict in part.verdicts:
            yield from _rows(record, part, verdict)


def _rows(record: RunRecord, part: TableRecord, verdict: Verdict) -> Iterator[MetricRow]:
    published = part.batches[verdict.batch - 1 : verdict.batch]
    bare = MetricRow(
        run_id=record.run_id,
        batch=verdict.batch,
        kind=record.kind,
        table=part.table,
        logical_time=record.logical_time,
        recorded_at=record.finished,
        ruleset=verdict.scope,
        rule=verdict.rule,
        rule_type=_rule_type(verdict),
        outcome=verdict.outcome,
        blocking=verdict.blocking,
        reason=verdict.reason,
        rows=verdict.rows,
        published_as=published[0] if published else None,
    )
    for one in verdict.measured:
        yield replace(
            bare,
            rule_type=one.rule_type,
            measure=one.of,
            metric=one.metric,
            column=one.column,
            value=one.value,
        )
    if not verdict.measured:
        yield bare


def _rule_type(verdict: Verdict) -> str:
    if verdict.outcome == "measured":
        return verdict.rule.split(maxsplit=1)[0]
    return parse(f"Rules = [ {verdict.rule} ]").rules[0].rule_type


def _said(error: Exception) -> str:
    if isinstance(error, ModuleNotFoundError):
        return _MISSING if (error.name or "").startswith("pyiceberg") else str(error)
    lines = str(error).strip().splitlines()
    return lines[0] if lines else type(error).__name__
