"""A run as GreatFin has it on a bad day: done, blocked, failed, skipped and quarantined in one."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

from hypothesis import settings

from etl_core.report.records import QuarantineReason, RowCounts, RunRecord, TableRecord
from etl_core.state.models import Verdict

START = datetime(2026, 11, 21, 7, 48, 10, tzinfo=UTC)
few = settings(max_examples=30, deadline=None)  # the whole unit folder has ten seconds
RUN_ID = "20261121T074810Z-1a2b3c"


def _rule(rule: str, failed: str = "", *, scope="rules", blocking=True, **metrics: float) -> Verdict:
    outcome = "failed" if failed else "passed"
    return Verdict(rule=rule, outcome=outcome, scope=scope, blocking=blocking, reason=failed, metrics=metrics)


def _table(name: str, at: float, stages: dict[str, float], **more) -> TableRecord:
    more.setdefault("status", "done")
    more.setdefault("format", "iceberg")
    return TableRecord(
        table=name, started=START + timedelta(seconds=at), stages=stages, seconds=sum(stages.values()), **more
    )


def _stages(scale: float) -> dict[str, float]:
    parts = {"lock": 0.02, "read": 0.2, "parse": 0.1, "check": 0.9, "write": 1.4, "publish": 0.15}
    return {stage: round(seconds * scale, 3) for stage, seconds in parts.items()}


def greatfin() -> RunRecord:
    return RunRecord(
        run_id=RUN_ID,
        project="GreatFin",
        environment="local",
        logical_time=datetime(2026, 11, 21, tzinfo=UTC),
        started=START,
        finished=START + timedelta(seconds=18.4),
        exit_code=4,
        tables=(*_raw(), *_standardized(), *_conformed(), *_enriched()),
        strata_version="0.1.0",
        profile="glue-5.1",
    )


def _raw() -> list[TableRecord]:
    landing = "/srv/greatfin/landing/"
    sizes = {"employee": 4, "customer_core1": 20_000, "customer_core2": 14_350, "interaction": 81_204}
    raw = [
        _table(
            f"raw.{name}",
            0.4 + index * 0.9,
            _stages(0.6 + rows / 90_000),
            mode="append",
            inputs=(f"{landing}{name}",),
            rows=RowCounts(read=rows, written=rows),
            total_rows=2 * rows,
            files=2,
            snapshot="8234092384023",
        )
        for index, (name, rows) in enumerate(sizes.items())
    ]
    lead = _table(
        "raw.lead",
        3.9,
        _stages(0.5),
        mode="append",
        inputs=(f"{landing}salesforce/lead",),
        rows=RowCounts(read=1_204, written=1_204),
        total_rows=5_210,
        notes=("new column `LeadScore__c` (bigint) was added to the table",),
    )
    attributes = _table(
        "raw.person_attribute",
        4.4,
        {},
        mode="append",
        status="nothing_new",
        inputs=(f"{landing}attributes",),
        total_rows=30_000,
        notes=("no new file since run 20261120T074810Z-77aa01",),
    )
    return [*raw, lead, attributes]


def _standardized() -> list[TableRecord]:
    return [
        _table(
            "standardized.employee",
            2.1,
            _stages(0.8),
            mode="cdc",
            inputs=("raw.employee",),
            rows=RowCounts(read=4, written=0, superseded=4),
            total_rows=3,
            verdicts=(
                _rule('ColumnLength "last_name" > 1'),
                _rule('IsPrimaryKey "emp_id"', scope="table_rules"),
            ),
            notes=("1 key deleted",),
        ),
        _table(
            "standardized.customer_core1",
            3.2,
            _stages(1.5),
            mode="cdc",
            inputs=("raw.customer_core1",),
            rows=RowCounts(read=20_000, written=19_640, quarantined=37, superseded=323),
            total_rows=20_412,
            verdicts=(
                _rule('IsComplete "national_id"', **{"Column.national_id.Completeness": 1.0}),
                _rule('ColumnValues "country" in ["US","CA"]'),
                _rule(
                    'Completeness "email" > 0.95',
                    "Value: 0.9312 does not meet the constraint requirement!",
                    blocking=False,
                    **{"Column.email.Completeness": 0.9312},
                ),
                _rule('IsPrimaryKey "customer_id"', scope="table_rules"),
                _rule("RowCount > 0", scope="table_rules", **{"Dataset.*.RowCount": 20412.0}),
            ),
            quarantine=(
                QuarantineReason(reason="birth_date: '31.02.1987' is not a date (d.M.yyyy)", rows=21),
                QuarantineReason(reason="customer_id: no value, but the column is not nullable", rows=12),
                QuarantineReason(reason="the line has 5 fields, the header has 9", rows=3),
                QuarantineReason(reason="the last line is torn: a quote is left open", rows=1),
            ),
        ),
        _table(
            "standardized.customer_core2",
            4.1,
            _stages(1.2),
            mode="cdc",
            inputs=("raw.customer_core2",),
            rows=RowCounts(read=14_350, written=14_310, dropped=12, superseded=28),
            total_rows=14_822,
            verdicts=(_rule('IsComplete "cust_no"'), _rule('Uniqueness "cust_no" > 0.99')),
        ),
        _table(
            "standardized.interaction",
            5.0,
            {"lock": 0.02, "read": 0.4, "parse": 0.2, "check": 2.9},
            mode="cdc",
            status="blocked",
            stage="check",
            inputs=("raw.interaction",),
            rows=RowCounts(read=81_204, quarantined=4),
            total_rows=402_118,
            verdicts=(
                _rule('IsComplete "interaction_id"'),
                _rule(
                    'ColumnValues "channel" in ["web","branch","phone","app"] with threshold > 0.99',
                    "Value: 0.9471 does not meet the constraint requirement!",
                    **{"Column.channel.ColumnValues.Compliance": 0.9471},
                ),
            ),
            quarantine=(QuarantineReason(reason="at: '2026-13-01 10:00' is not a timestamp", rows=4),),
            error="1 of 2 blocking rules failed",
            hint="look at the rows with `strata show standardized.interaction --quarantine`",
            data_state="as before: snapshot 5512 of run 20261120T074810Z-77aa01 (402,118 rows)",
        ),
        _table(
            "standardized.lead",
            6.1,
            _stages(0.7),
            mode="cdc",
            inputs=("raw.lead",),
            rows=RowCounts(read=1_204, written=1_101, superseded=103),
            total_rows=4_811,
            verdicts=(_rule('IsComplete "lead_id"'),),
        ),
    ]


def _conformed() -> list[TableRecord]:
    return [
        _table(
            "conformed.person",
            8.4,
            {"lock": 0.02, "read": 0.3, "transform": 3.1},
            mode="overwrite",
            status="failed",
            stage="transform",
            inputs=(
                "standardized.customer_core1",
                "standardized.customer_core2",
                "raw.person_attribute",
            ),
            error="the job's function failed: column `net_wealth` cannot be resolved",
            hint="jobs/conformed/person.py:41; did you mean `net_worth`?",
            data_state="as before: snapshot 7719 of run 20261120T074810Z-77aa01 (31,006 rows)",
        ),
        _table(
            "conformed.leads",
            9.0,
            _stages(0.9),
            mode="overwrite",
            inputs=("standardized.lead", "standardized.employee"),
            rows=RowCounts(read=4_811, written=4_811),
            total_rows=4_811,
            verdicts=(_rule('IsComplete "region"'), _rule("RowCount > 0", scope="table_rules")),
        ),
    ]


def _enriched() -> list[TableRecord]:
    return [
        _table(
            "enriched.top_leads_by_region",
            13.0,
            {},
            mode="overwrite",
            status="skipped",
            inputs=("conformed.leads", "conformed.person"),
            notes=("skipped because conformed.person failed",),
        ),
        _table(
            "enriched.customer_activity",
            13.0,
            {},
            mode="overwrite",
            status="skipped",
            inputs=("conformed.person", "standardized.interaction"),
            notes=("skipped because standardized.interaction was blocked",),
        ),
    ]


def earlier(count: int) -> list[RunRecord]:
    """Good days before, newest first, a little different each."""
    return [_earlier(day) for day in range(1, count + 1)]


def _earlier(day: int) -> RunRecord:
    record = greatfin()
    back = timedelta(days=day)
    tables = tuple(_calm(part, 1 - 0.03 * (day * 7 % 5), back) for part in record.tables)
    moment = record.started - back
    return record.model_copy(
        update={
            "run_id": f"{moment:%Y%m%dT%H%M%SZ}-77aa{day:02d}",
            "started": moment,
            "finished": record.finished - back - timedelta(seconds=day % 4),
            "logical_time": record.logical_time - back,
            "exit_code": 0,
            "tables": tables,
        }
    )


def _calm(part: TableRecord, factor: float, back: timedelta) -> TableRecord:
    written = int((part.rows.written or part.rows.read or 900) * factor)
    return TableRecord(
        table=part.table,
        status="done",
        started=part.started - back,
        seconds=(part.seconds or 2.0) * factor,
        rows=RowCounts(read=written, written=written),
    )
