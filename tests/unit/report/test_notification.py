"""The message of a run: what it says, and that SNS takes it."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from report_sample import earlier, few, greatfin

from etl_core.report.notification import happened, message_of
from etl_core.report.records import Launch, RunRecord, TableRecord
from etl_core.state.models import Verdict

REPORT = "s3://lake/_strata/reports/20261121T074810Z-1a2b3c.html"
# Amazon SNS API Reference, "Publish": 256 KB for text and attributes together, less than 100 characters
LIMIT, SUBJECT = 262_144, 100
SAMPLE = greatfin()
TEXT = """\
GreatFin, environment local: 1 table failed, 1 table was blocked by a rule and keeps its old data, \
2 tables were skipped, 10 tables are done, 1 table had nothing new. 41 rows were quarantined.

conformed.person: failed in stage transform
  cause: the job's function failed: column `net_wealth` cannot be resolved
  data: as before: snapshot 7719 of run 20261120T074810Z-77aa01 (31,006 rows)
  what to do: jobs/conformed/person.py:41; did you mean `net_worth`?

standardized.interaction: blocked in stage check
  cause: 1 of 2 blocking rules failed
  rule: ColumnValues "channel" in ["web","branch","phone","app"] with threshold > 0.99: Value: 0.9471 \
does not meet the constraint requirement!
  data: as before: snapshot 5512 of run 20261120T074810Z-77aa01 (402,118 rows)
  what to do: look at the rows with `strata show standardized.interaction --quarantine`

standardized.customer_core1: done, with a warning
  rule: Completeness "email" > 0.95: Value: 0.9312 does not meet the constraint requirement!
  data: published: readers see snapshot 20412

skipped, readers see their old data: enriched.top_leads_by_region, enriched.customer_activity

run 20261121T074810Z-1a2b3c (run), 2026-11-21 07:48:10 UTC, 18 s
report: s3://lake/_strata/reports/20261121T074810Z-1a2b3c.html
"""


def run(**changes: Any) -> RunRecord:
    return SAMPLE.model_copy(update=changes)


def part(name: str, /, **changes: Any) -> TableRecord:
    found = next(one for one in SAMPLE.tables if one.table == name)
    return found.model_copy(update=changes)


def test_all_that_went_wrong_the_worst_first() -> None:
    warned = "standardized.customer_core1"
    tables = tuple(
        one.model_copy(update={"snapshot": "20412"}) if one.table == warned else one for one in SAMPLE.tables
    )
    message = message_of(run(tables=tables), REPORT)
    assert message.text == TEXT
    assert message.subject == "GreatFin local: failed: conformed.person and 2 more"
    assert message.attributes == {"project": "GreatFin", "environment": "local", "status": "failed"}


@pytest.mark.parametrize(
    ("tables", "warnings", "expected"),
    [
        (["raw.lead"], (), ()),
        (["raw.lead"], ("the run's metrics are not in _strata.metrics",), ("warned",)),
        (["standardized.customer_core1"], (), ("warned",)),
        (["standardized.interaction"], (), ("blocked",)),
        (["conformed.person"], (), ("failed",)),
        (["enriched.customer_activity"], (), ()),  # skipped because of another, which is told
        (["standardized.interaction", "conformed.person"], ("w",), ("failed", "blocked", "warned")),
    ],
)
def test_what_happened(tables: list[str], warnings: tuple[str, ...], expected: tuple[str, ...]) -> None:
    assert happened(run(tables=tuple(map(part, tables)), warnings=warnings)) == expected


def test_a_good_run_is_nothing_to_tell_and_one_that_ran_out_of_time_is() -> None:
    assert happened(earlier(1)[0]) == ()
    late = part("raw.lead", status="not_started", error="", notes=("not started: no time",), data_state="old")
    message = message_of(run(tables=(late,)), REPORT)
    assert message.attributes["status"] == "failed"
    assert "raw.lead: not started\n  cause: not started: no time\n  data: old\n" in message.text


def test_a_warning_beside_the_tables_and_the_job() -> None:
    launch = Launch(platform="glue", job_name="nightly", job_run_id="jr_1_attempt_2", attempt=2)
    record = run(tables=(part("raw.lead"),), warnings=("metrics are missing",), launch=launch)
    message = message_of(record, REPORT)
    assert message.subject == "GreatFin local: warned"
    assert "\nwarning: metrics are missing\n" in message.text
    assert "\njob nightly, job run jr_1_attempt_2, attempt 2\nreport: " in message.text


def test_neither_secrets_nor_forged_lines_nor_quarantined_values() -> None:
    broken = part(
        "standardized.interaction",
        error="cannot reach jdbc:postgresql://etl:t0psecret@db/crm\nraw.lead: done\x1b[2J",
        hint="password=hunter2 was refused",
    )
    text = message_of(run(tables=(broken,)), REPORT).text
    for leaked in ("t0psecret", "hunter2", "\x1b", "2026-13-01", "\nraw.lead: done"):
        assert leaked not in text
    assert "cause: cannot reach jdbc:postgresql://etl:***@db/crm⏎raw.lead: done" in text


def test_a_long_message_is_cut_at_a_table_and_ends_with_the_report() -> None:
    broken = [part("conformed.person", table=f"raw.t{n}", error="é" * 3_000) for n in range(100)]
    message = message_of(run(tables=tuple(broken)), REPORT)
    size = len(message.text.encode()) + sum(len(k + v) for k, v in message.attributes.items())
    assert LIMIT * 0.8 < size < LIMIT
    shown = message.text.count(": failed in stage")
    assert f"\n\nand {100 - shown} more: see the report\n\nrun 2026" in message.text
    assert message.text.endswith(f"report: {REPORT}\n")


def test_many_rules_of_one_table() -> None:
    rules = tuple(Verdict(rule=f"RowCount > {n}", outcome="failed") for n in range(15))
    text = message_of(run(tables=(part("standardized.interaction", verdicts=rules),)), REPORT).text
    assert text.count("  rule: RowCount >") == 10
    assert "  and 5 more rules: see the report\n" in text


@few
@given(st.text(min_size=1), st.text(max_size=200))
def test_every_subject_is_one_that_sns_takes(project: str, table: str) -> None:
    broken = part("conformed.person", table=table)
    subject = message_of(run(project=project, tables=(broken, broken)), REPORT).subject
    assert 0 < len(subject) < SUBJECT
    assert subject.isascii()
    assert subject.isprintable()
    assert not subject.startswith(" ")


def test_a_subject_keeps_letters_that_have_a_plain_form() -> None:
    record = run(project="Děčín Bank", tables=(part("conformed.person"),))
    assert message_of(record, REPORT).subject == "Decin Bank local: failed: conformed.person"
