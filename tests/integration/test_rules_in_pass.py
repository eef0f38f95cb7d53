"""Rules judged by the pass that writes: the same tables, quarantines and accounts as judged before it,
nothing that readers could see when they block, and hardly a Spark job more."""

from __future__ import annotations

import re
import textwrap
from collections import Counter
from pathlib import Path
from typing import Any

import pytest
from pyspark.sql import SparkSession

from etl_core.report.records import RowCounts, TableRecord
from etl_core.run.entry import run
from etl_core.run.modes import plain
from etl_core.run.request import Request
from etl_core.run.rules import event_rules, in_pass
from etl_core.run.rules.counting import Found, Watched
from tests.integration.projects import MINIMAL, write
from tests.warehouse import Warehouse

NAME = "raw.contact"
FORMATS = ("iceberg", "delta", "hudi", "parquet")
CONTRACT = """\
table: raw.contact
source: {{type: files, path: landing}}
target: {{format: {format}, {mode}}}
columns: [{{name: id, type: int}}, {{name: phone}}, {{name: mail}}, {{name: since, type: date}}]
quality:
  {settings}
  rules: |
{rules}
"""
HEAD = "id,phone,mail,since\n"
FIRST = HEAD + "1,555,,2024-01-01\n2,,b@x,2023-01-01\n3,,,2024-02-01\n4,777,d@x,oops\n5,778,e@x,2024-03-01\n"
AGAIN = HEAD + "6,779,f@x,2024-04-01\n7,,g@x,2024-04-02\n"
TEN = """\
Rules = [
  IsComplete "id", ColumnValues "id" > 0, ColumnLength "phone" > 2, ColumnLength "mail" > 2,
  ColumnValues "since" > "2020-01-01", RowCount > 1, Completeness "mail" > 0.5, Mean "id" > 0,
  IsUnique "id", IsPrimaryKey "id" ]"""


class Contacts:
    """A project of one table."""

    def __init__(self, spark: SparkSession, root: Path, format_name: str = "iceberg") -> None:
        self.spark, self.root, self.format = spark, root, format_name
        self.warehouse = Warehouse(spark, root / "warehouse")

    def contract(self, rules: str, settings: str = "rows: quarantine", mode: str = "mode: append") -> None:
        text = CONTRACT.format(
            format=self.format, mode=mode, settings=settings, rules=textwrap.indent(rules, "    ")
        )
        if not rules:
            text = text.partition("quality:")[0]
        write(self.root, MINIMAL | {"conf/tables/raw/contact.yaml": text})

    def run(self, run_id: str | None = None, **files: str) -> TableRecord:
        write(self.root, {f"landing/{name}.csv": text for name, text in files.items()})
        return run(Request(self.root, run_id=run_id, keep_session=True)).record.tables[0]

    def rows(self) -> list[dict[str, Any]]:
        return sorted(self.warehouse.rows(NAME, self.format), key=lambda row: (row["id"] or 0, str(row)))

    def quarantined(self) -> Counter[tuple[Any, ...]]:
        held = self.warehouse.side(NAME, "quarantine", self.format)
        return Counter(
            (row["reason"], row["row"], tuple(row["rules"] or ()), row["_strata_row"]) for row in held
        )

    def seen(self, record: TableRecord) -> tuple[Any, ...]:
        """All that a run says and leaves; Spark's errors number stages, and name columns like the one asked
        for."""
        reasons = [re.sub(r"\d+", "#", one.reason.partition("Did you mean")[0]) for one in record.verdicts]
        verdicts = [
            one.model_dump() | {"reason": reason}
            for one, reason in zip(record.verdicts, reasons, strict=True)
        ]
        return record.status, record.rows, verdicts, record.quarantine, self.rows(), self.quarantined()

    def jobs(self) -> int:
        """Spark jobs of this JVM so far, by the number of the newest: Spark forgets the oldest."""
        return 1 + max(self.spark.sparkContext.statusTracker().getJobIdsForGroup())


def judged_before(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(plain, "in_pass", lambda *_: None)


RULESETS = {
    "rows fail": 'Rules = [ ColumnLength "phone" > 0, IsComplete "mail", RowCount > 1, Mean "id" > 1 ]',
    "all good": 'Rules = [ ColumnValues "id" > 0, RowCount = 4, IsUnique "id" ]',
    "beside others": 'Rules = [ IsComplete "phone", IsUnique "phone", IsPrimaryKey "id" ]',
    "not unique": 'Rules = [ ColumnLength "mail" < 9, IsUnique "mail" where "id > 4" ]',
    "share": 'Rules = [ IsComplete "phone", ColumnValues "id" > 1 with threshold > 0.5 ]',
    "either": 'Rules = [ (IsComplete "phone") or (IsComplete "mail"), Uniqueness "mail" > 0.1 ]',
    "blocks": 'Rules = [ IsComplete "phone", RowCount > 99 ]',
    "no such column": 'Rules = [ IsComplete "phone", IsComplete "mail" where "gone > 3" ]',
    "throws": 'Rules = [ RowCount = 4, IsComplete "id" where "raise_error(\'broken\') is null" ]',
}
TWICE = FIRST + "8,779,e@x,2024-03-01\n"


DROP, KEEP = "rows: drop", "rows: keep\n  on_failure: warn"
CASES = [
    *((rules, "rows: quarantine") for rules in RULESETS),
    *((rules, settings) for rules in ("rows fail", "not unique", "throws") for settings in (DROP, KEEP)),
]


@pytest.mark.parametrize(("rules", "settings"), CASES)
def test_it_is_the_same_as_judged_before(
    spark: SparkSession, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, rules: str, settings: str
) -> None:
    found = []
    for name in ("pass", "before"):
        contacts = Contacts(spark, tmp_path / name)
        contacts.contract(RULESETS[rules], settings)
        found.append(contacts.seen(contacts.run(a=TWICE if rules == "not unique" else FIRST)))
        judged_before(monkeypatch)
    assert found[0] == found[1]


@pytest.fixture
def in_the_pass_only(monkeypatch: pytest.MonkeyPatch) -> None:
    def never(*_: object) -> None:
        raise AssertionError("judged before the write")

    monkeypatch.setattr(plain, "kept", never)
    monkeypatch.setattr(event_rules, "judge_events", never)


@pytest.mark.usefixtures("in_the_pass_only")
@pytest.mark.parametrize("format_name", FORMATS)
def test_good_and_bad_rows_part_in_every_format(
    spark: SparkSession, tmp_path: Path, format_name: str
) -> None:
    contacts = Contacts(spark, tmp_path, format_name)
    contacts.contract('Rules = [ IsComplete "phone", IsUnique "id", RowCount > 1 ]')
    record = contacts.run(a=FIRST)
    assert record.status == "done", record.error
    assert [one.outcome for one in record.verdicts] == ["failed", "passed", "passed"]
    assert [row["id"] for row in contacts.rows()] == [1, 5]
    assert sorted(rules for _, _, rules, _ in contacts.quarantined()) == [(), *[('IsComplete "phone"',)] * 2]
    assert record.rows == RowCounts(read=5, written=2, quarantined=3)
    record = contacts.run(b=AGAIN)
    assert [row["id"] for row in contacts.rows()] == [1, 5, 6]
    assert record.rows == RowCounts(read=2, written=1, quarantined=1)


@pytest.mark.parametrize("format_name", FORMATS)
def test_a_blocked_batch_leaves_nothing_that_readers_could_see(
    spark: SparkSession, tmp_path: Path, format_name: str
) -> None:
    contacts = Contacts(spark, tmp_path, format_name)
    contacts.contract('Rules = [ RowCount > 2, IsComplete "phone" ]')
    first = contacts.run(a=AGAIN)
    assert (first.status, first.exit_code) == ("blocked", 3)
    assert (contacts.rows(), contacts.quarantined()) == ([], Counter())
    assert contacts.run(b=FIRST).status == "done"
    before = contacts.rows()
    assert [row["id"] for row in before] == [1, 5, 6]
    wider = "id,phone,mail,since,more\n9,555,x@x,2024-01-01,new\n"
    blocked = contacts.run(c=wider)
    assert (blocked.status, blocked.exit_code) == ("blocked", 3)
    assert contacts.rows() == before  # without the new column
    assert sum(contacts.quarantined().values()) == 4


def test_killed_between_write_and_verdict_the_next_run_does_it_once(
    spark: SparkSession, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def die(*_: object) -> None:
        raise KeyboardInterrupt

    for format_name in FORMATS:
        contacts = Contacts(spark, tmp_path / format_name, format_name)
        contacts.contract('Rules = [ IsComplete "phone" ]')
        with monkeypatch.context() as patched:
            patched.setattr(in_pass.InPass, "settle", die)
            with pytest.raises(KeyboardInterrupt):
                contacts.run(a=FIRST)
        assert (contacts.rows(), contacts.quarantined()) == ([], Counter())
        record = contacts.run()
        assert (record.rows.written, record.rows.quarantined) == (2, 3)
        assert [row["id"] for row in contacts.rows()] == [1, 5]
        assert sum(contacts.quarantined().values()) == 3


def test_an_answer_that_does_not_come_or_does_not_add_up_passes_nothing(
    spark: SparkSession, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Nothing observed; zeros, as after a failed action; a stage that ran twice."""
    real = Watched.found

    def twice(watched: Watched, seconds: float) -> Found | None:
        found = real(watched, seconds)
        return {name: 2 * (value or 0) for name, value in (found or {}).items()}

    def zeros(watched: Watched, seconds: float) -> Found | None:
        return dict.fromkeys(real(watched, seconds) or {}, 0)

    for number, answer in enumerate((lambda *_: None, zeros, twice)):
        contacts = Contacts(spark, tmp_path / str(number))
        contacts.contract('Rules = [ IsComplete "phone", RowCount > 4 ]')
        with monkeypatch.context() as patched:
            patched.setattr(Watched, "found", answer)
            assert contacts.run(a=FIRST).status == "blocked"
            assert contacts.rows() == []
            contacts.contract('Rules = [ IsComplete "phone", RowCount > 3 ]')
            record = contacts.run()
        assert (record.status, [one.outcome for one in record.verdicts]) == ("done", ["failed", "passed"])
        assert [row["id"] for row in contacts.rows()] == [1, 5]


def test_a_run_id_that_comes_again_is_not_taken_for_the_run_before(
    spark: SparkSession, tmp_path: Path
) -> None:
    """Rules that compare rows read back what was staged, which in Iceberg is found by the run's id."""
    contacts = Contacts(spark, tmp_path)
    contacts.contract('Rules = [ DistinctValuesCount "id" = 2 ]')
    for name, ids in {"a": (1, 2), "b": (2, 3)}.items():
        record = contacts.run("20260101T000000Z-a", **{name: HEAD + "".join(f"{n},1,x,\n" for n in ids)})
        assert (record.status, record.verdicts[0].reason) == ("done", "")


def test_a_batch_without_rows_is_judged(spark: SparkSession, tmp_path: Path) -> None:
    contacts = Contacts(spark, tmp_path)
    contacts.contract('Rules = [ IsComplete "phone", RowCount > 0 ]')
    assert contacts.run(a=HEAD).status == "blocked"
    contacts.contract('Rules = [ IsComplete "phone", IsUnique "id" ]')
    assert contacts.run().status == "done"
    assert contacts.rows() == []


MODES = {"append": "mode: append", "cdc": "mode: cdc, keys: [id], sequence_by: [since]"}


@pytest.mark.parametrize("mode", MODES)
@pytest.mark.parametrize("format_name", ["iceberg", "delta", "hudi"])
def test_ten_rules_on_a_small_table_take_three_jobs_more_at_most(
    spark: SparkSession, tmp_path: Path, format_name: str, mode: str
) -> None:
    """Jobs as Spark counts them in a real run, where each shuffle is one."""
    text = HEAD + "".join(f"{n},{n}555,m{n}@x,2024-01-{n % 28 + 1:02d}\n" for n in range(1, 2001))
    found = []
    for rules in ("", TEN):
        contacts = Contacts(spark, tmp_path / str(bool(rules)), format_name)
        contacts.contract(rules, mode=MODES[mode])
        before = contacts.jobs()
        record = contacts.run(a=text)
        found.append(contacts.jobs() - before)
        assert (record.status, record.rows.written) == ("done", 2000), record.error
        assert {one.outcome for one in record.verdicts} == ({"passed"} if rules else set())
    assert found[1] - found[0] <= 3, found


KEYED = "mode: cdc, keys: [id], sequence_by: [since], operation_column: op"
EVENTS = "id,phone,mail,since,op\n1,555,a@x,2024-01-01,I\n2,556,b@x,2024-01-01,I\n3,557,c@x,2024-01-01,I\n"
CHANGES = (
    "id,phone,mail,since,op\n1,,a@x,2024-01-03,U\n1,558,a@x,2024-01-02,U\n2,,,2024-01-04,D\n"
    "3,559,c@x,2024-01-02,U\nx,1,1,2024-01-02,U\n4,,d@x,2024-01-01,I\n"
)
LESS = "id,phone,mail,since,op\n1,1,a@x,2024-01-03,U\n2,,,2024-01-04,D\n4,1,,2024-01-01,I\n"
EVENT_RULES = 'Rules = [ IsComplete "phone", ColumnLength "mail" > 1, IsPrimaryKey "id", RowCount > 0 ]'


@pytest.mark.parametrize("settings", ["rows: quarantine", DROP, KEEP])
@pytest.mark.parametrize("lost", [False, True])
def test_events_are_judged_in_the_pass_that_finds_the_winners(
    spark: SparkSession, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, settings: str, *, lost: bool
) -> None:
    contacts = Contacts(spark, tmp_path, "delta")
    contacts.contract(EVENT_RULES, settings, KEYED)
    contacts.run(a=EVENTS)
    if lost:
        monkeypatch.setattr(Watched, "found", lambda *_: None)
    record = contacts.run(b=CHANGES)
    assert record.status == "done", record.error
    outcomes = {one.rule: (one.outcome, one.reason) for one in record.verdicts}
    assert outcomes['IsComplete "phone"'] == ("failed", "2 of 4 rows fail")
    assert outcomes['IsPrimaryKey "id"'] == ("passed", "")
    phones = {row["id"]: row["phone"] for row in contacts.rows()}
    if "keep" in settings:
        assert phones == {1: None, 3: "559", 4: None}
        assert (record.rows.quarantined, record.rows.dropped) == (1, 0)
        return
    assert phones == {1: "555", 3: "559"}  # the bad event holds the older one of its key
    held, dropped = (4, 0) if "quarantine" in settings else (2, 2)
    assert (record.rows.quarantined, record.rows.dropped) == (held, dropped)
    texts = sorted(rules for _, _, rules, _ in contacts.quarantined())
    assert texts[-2:] == ([('IsComplete "phone"',)] * 2 if dropped == 0 else texts[-2:])


def test_a_rule_on_events_that_throws_fails_alone(spark: SparkSession, tmp_path: Path) -> None:
    contacts = Contacts(spark, tmp_path)
    throws = 'IsComplete "id" where "raise_error(\'broken\') is null"'
    contacts.contract(f'Rules = [ {throws}, IsComplete "phone" ]', mode=KEYED)
    record = contacts.run(a=EVENTS)
    assert (record.status, record.exit_code) == ("blocked", 3)
    assert [one.outcome for one in record.verdicts] == ["failed", "passed"]
    assert "broken" in record.verdicts[0].reason
    assert contacts.rows() == []


LOOKING_BACK = {
    "append": 'RowCount >= last(), IsComplete "phone", DetectAnomalies "Mean" "id"',
    "cdc": 'ColumnValues "mail" in ["a@x", "b@x", "c@x"] with threshold >= last(), IsComplete "phone"',
}


@pytest.mark.usefixtures("in_the_pass_only")
@pytest.mark.parametrize("mode", LOOKING_BACK)
def test_rules_that_look_back_are_judged_in_the_pass(spark: SparkSession, tmp_path: Path, mode: str) -> None:
    contacts = Contacts(spark, tmp_path)
    contacts.contract(f"Rules = [ {LOOKING_BACK[mode]} ]", mode=KEYED if mode == "cdc" else "mode: append")
    first = contacts.run(a=EVENTS if mode == "cdc" else FIRST)
    assert (first.status, {one.rows for one in first.verdicts}) == ("done", {3 if mode == "cdc" else 4})
    blocked = contacts.run(b=LESS if mode == "cdc" else AGAIN)
    assert blocked.status == "blocked"
    verdict = blocked.verdicts[0]
    assert (verdict.outcome, verdict.rows, verdict.batch) == ("failed", 2, 1)
    assert verdict.reason.endswith(", now >= 1" if mode == "cdc" else ", now >= 4")
    measured = ("Column.mail.ColumnValues.GoodRows", 0.5) if mode == "cdc" else ("Dataset.*.RowCount", 2.0)
    assert measured in {(one.metric, one.value) for one in verdict.measured}
