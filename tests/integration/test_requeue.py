"""Quarantined rows go into their tables after a fix: in the order of their events, once, whatever dies."""

from __future__ import annotations

import csv
import io
import json
from collections.abc import Callable
from typing import Any

import pytest

from etl_core.run import batch_run
from etl_core.run.writing import side_tables
from tests.contract.conftest import KEYED_FORMATS
from tests.integration.bank import Bank
from tests.integration.projects import write

KEYED = [kind for kind in KEYED_FORMATS if kind != "hudi-mor"]
LOG = "conf/tables/raw/log.yaml"
PERSON = "conf/tables/standardized/person.yaml"
Make = Callable[..., Bank]


def log_contract(pattern: str = "dd.MM.yy", mode: str = "append", more: str = "") -> dict[str, str]:
    return {
        LOG: f"""\
table: raw.log
source: {{path: landing/log}}
target: {{mode: {mode}}}
columns:
- {{name: id, type: int, nullable: false}}
- {{name: at, type: date, format: {pattern}}}
- {{name: fee, type: "decimal(20,4)"}}
- {{name: seen, type: timestamp}}
{more}"""
    }


def person_contract(form: str = "", history: str = "", more: str = "") -> dict[str, str]:
    pattern = f", format: {form}" if form else ""
    return {
        PERSON: f"""\
table: standardized.person
source: {{path: landing/person}}
target: {{mode: cdc, keys: [id], operation_column: op{history}}}
columns:
- {{name: id, type: int, nullable: false}}
- {{name: city}}
- {{name: at, type: date{pattern}}}
{more}"""
    }


def waiting(bank: Bank, table: str) -> list[dict[str, Any]]:
    found: list[dict[str, Any]] = json.loads(bank.say("quarantine", "show", table, "--format", "json"))
    return sorted(found, key=lambda row: row["file_row"])


def values(bank: Bank, table: str) -> list[str | None]:
    return [row["errors"][0]["value"] for row in waiting(bank, table)]


def requeue(bank: Bank, table: str) -> dict[str, Any]:
    """The account of the rows taken."""
    said = bank.say("requeue", table, "--yes", "--json")
    rows: dict[str, Any] = json.loads(said)["tables"][0]["rows"]
    return rows


@pytest.mark.parametrize("format_name", [*KEYED, "parquet"])
def test_append_takes_each_row_once(make_bank: Make, format_name: str) -> None:
    bank = make_bank(log_contract(), format_name)
    bank.land(
        "log",
        "1.csv",
        "id,at,fee,seen\n1,01.02.26,1,\n2,2026-02-02,1234567890123456.7891,2026-02-02T01:02:03.456789\n"
        "3,03.02.50,x,\n,04.02.26,4,\n",
    )
    first = bank.run()["run_id"]
    assert bank.rows("raw.log", "id") == [(1,)]

    write(bank.root, log_contract("yyyy-MM-dd"))
    assert requeue(bank, "raw.log") == {
        "read": 3, "written": 1, "quarantined": 2, "dropped": 0, "superseded": 0,
    }  # fmt: skip
    assert values(bank, "raw.log") == ["x", None]
    assert requeue(bank, "raw.log")["written"] == 0
    shown = [tuple(map(str, row)) for row in bank.rows("raw.log", "id", "at", "fee", "seen")]
    assert shown[1:] == [("2", "2026-02-02", "1234567890123456.7891", "2026-02-02 01:02:03.456789")]
    # typed by the first contract: still the year 2050, in a row that fails for another reason
    assert [json.loads(row["row"])["at"] for row in waiting(bank, "raw.log")] == ["2050-02-03", "2026-02-04"]

    bank.say("rewind", "--to", first, "--yes")
    assert bank.rows("raw.log", "id") == [(1,)]
    assert len(waiting(bank, "raw.log")) == 3
    requeue(bank, "raw.log")
    assert bank.rows("raw.log", "id") == [(1,), (2,)]


@pytest.mark.parametrize("format_name", KEYED)
def test_events_keep_their_place_in_the_order(make_bank: Make, format_name: str) -> None:
    bank = make_bank(person_contract("dd.MM.yyyy"), format_name)
    bank.land("person", "1.csv", "op,id,city,at\nI,1,Brno,01.11.2026\nI,2,Plzen,01.11.2026\nI,3,As,\n")
    bank.run()
    # 1 changed again by a later file, 2 has a good event that a bad one holds, 3 is deleted later
    bad = "U,1,Old,2026-11-02\nU,2,Held,02.11.2026\nU,2,New,2026-11-02\nU,3,Gone,2026-11-02\n"
    bank.land("person", "2.csv", f"op,id,city,at\n{bad}I,4,Zlin,2026-11-02\n", 0.1)
    bank.run()
    bank.land("person", "3.csv", "op,id,city,at\nU,1,Newest,03.11.2026\nD,3,,\n", 0.2)
    bank.run()
    assert bank.rows("standardized.person", "id", "city") == [(1, "Newest"), (2, "Plzen")]
    assert len(waiting(bank, "standardized.person")) == 5

    write(bank.root, person_contract())
    assert requeue(bank, "standardized.person") == {
        "read": 5, "written": 2, "quarantined": 0, "dropped": 0, "superseded": 3,
    }  # fmt: skip
    assert bank.rows("standardized.person", "id", "city") == [(1, "Newest"), (2, "New"), (4, "Zlin")]
    assert waiting(bank, "standardized.person") == []
    assert "nothing to do" in bank.say("requeue", "standardized.person", "--yes")


def test_a_history_gets_the_interval_it_lacked(make_bank: Make) -> None:
    scd2 = ", history: scd2, effective_at: at"
    rule = 'quality: {rows_hold_key: false, rules: \'Rules = [ ColumnValues "city" != "Oslo" ]\'}\n'
    bank = make_bank(person_contract(history=scd2, more=rule + "  on_failure: warn\n" * 0))
    contract = person_contract(history=scd2, more=rule.replace("{rows", "{on_failure: warn, rows"))
    write(bank.root, contract)
    text = "op,id,city,at\nI,1,Brno,2026-11-01\nU,1,Oslo,2026-11-03\nU,1,Praha,2026-11-05\n"
    bank.land("person", "1.csv", text)
    bank.run()
    shown = ("id", "city", "valid_from", "valid_to")
    assert bank.rows("standardized.person", *shown) == [
        (1, "Brno", "2026-11-01", "2026-11-05"),
        (1, "Praha", "2026-11-05", None),
    ]
    write(bank.root, person_contract(history=scd2))
    requeue(bank, "standardized.person")
    assert bank.rows("standardized.person", *shown) == [
        (1, "Brno", "2026-11-01", "2026-11-03"),
        (1, "Oslo", "2026-11-03", "2026-11-05"),
        (1, "Praha", "2026-11-05", None),
    ]


def die(*_: object, **__: object) -> None:
    raise KeyboardInterrupt


def die_before_publishing(monkeypatch: pytest.MonkeyPatch) -> None:
    real = batch_run.write_and_publish

    def write_and_die(target: Any, job: Any, *, judge: Any, stamp: Any) -> Any:
        def stamped(written: int | None) -> None:
            stamp(written)
            raise KeyboardInterrupt

        return real(target, job, judge=judge, stamp=stamped)

    monkeypatch.setattr(batch_run, "write_and_publish", write_and_die)


@pytest.mark.parametrize("format_name", [*KEYED, "parquet"])
@pytest.mark.parametrize("published", [False, True])
def test_killed_in_the_middle_nothing_is_lost_or_doubled(
    make_bank: Make, monkeypatch: pytest.MonkeyPatch, format_name: str, *, published: bool
) -> None:
    bank = make_bank(log_contract(), format_name)
    bank.land("log", "1.csv", "id,at,fee,seen\n1,01.02.26,1,\n2,2026-02-02,2,\n3,x,3,\n")
    bank.run()
    write(bank.root, log_contract("yyyy-MM-dd"))
    with monkeypatch.context() as patch:
        if published:
            patch.setattr(side_tables, "settled", die)
        else:
            die_before_publishing(patch)
        bank.say("requeue", "raw.log", "--yes", code=130)
    assert values(bank, "raw.log") == (["x"] if published else ["2026-02-02", "x"])
    requeue(bank, "raw.log")
    bank.run()
    assert bank.rows("raw.log", "id") == [(1,), (2,)]
    assert values(bank, "raw.log") == ["x"]


def test_what_cannot_take_single_rows_says_what_to_do(make_bank: Make) -> None:
    bank = make_bank(log_contract(mode="overwrite"))
    said = bank.say("requeue", "raw.log", "--yes", code=2)
    assert "strata run --full-refresh --select raw.log" in said


def test_lists_and_shows_what_waits(make_bank: Make) -> None:
    rule = "quality: {on_failure: warn, rules: 'Rules = [ ColumnValues \"id\" < 9 ]'}\n"
    bank = make_bank(log_contract(more=rule))
    assert "No row waits" in bank.say("quarantine", "list")
    bank.land("log", "1.csv", 'id,at,fee,seen\n1,x,1,\n2,"a\nb",1,\n9,01.02.26,1,\n')
    run_id = bank.run()["run_id"]
    listed = bank.say("quarantine", "list")
    assert "rule failed" in listed
    assert "strata requeue raw.log" in listed
    [one] = json.loads(bank.say("quarantine", "list", "--json"))
    assert (one["rows"], one["runs"]) == (4, {run_id: 4})
    said = bank.say("quarantine", "show", "raw.log", "--rule", "columnvalues")
    assert ("1.csv" in said, said.strip().splitlines()[-1]) == (True, "1 row")
    text = bank.say("quarantine", "show", "raw.log", "--format", "csv", "--run", run_id, "--limit", "2")
    assert len(list(csv.DictReader(io.StringIO(text)))) == 2
    assert bank.say("quarantine", "show", "raw.log", "--run", "nobody").strip() == "0 rows"
    assert len(json.loads(bank.say("show", "raw.log", "--quarantine", "--json"))) == 4


def test_old_rows_go_once_they_are_due(make_bank: Make) -> None:
    bank = make_bank(log_contract(more="quality: {quarantine_retention: 10d}\n"))
    for number, bad in enumerate("xyz"):
        bank.land("log", f"{number}.csv", f"id,at,fee,seen\n1,01.02.26,1,\n{bad},01.02.26,1,\n", number * 0.1)
        bank.run("--logical-time", f"2026-11-{1 + number * 8:02d}")
    assert sorted(values(bank, "raw.log")) == ["y", "z"]
