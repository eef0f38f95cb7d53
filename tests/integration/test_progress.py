"""Full refresh, backfill and `strata state`, end to end."""

from __future__ import annotations

import json
from collections.abc import Callable

import pytest

from etl_core.run.writing import removing
from tests.integration.bank import CHAIN, MOVES, Bank
from tests.integration.projects import write


def test_a_full_refresh_that_dies_after_its_publish_is_finished(
    make_bank: Callable[..., Bank], monkeypatch: pytest.MonkeyPatch
) -> None:
    bank = make_bank({name: text for name, text in CHAIN.items() if "raw/move" in name})
    bank.land("move", "1.csv", MOVES["1.csv"])
    bank.run()

    def die(*_: object) -> None:
        raise KeyboardInterrupt

    with monkeypatch.context() as patch:
        patch.setattr(removing, "finish_removal", die)
        bank.say("run", "--full-refresh", code=130)
    assert bank.bad() == ["x", "x"]
    bank.land("move", "2.csv", MOVES["2.csv"])
    bank.run()
    assert bank.bad() == ["x", "y"]


def test_files_that_are_gone_are_only_lost_on_demand(make_bank: Callable[..., Bank]) -> None:
    bank = make_bank({name: text for name, text in CHAIN.items() if "raw/move" in name})
    for name in ("1.csv", "3.csv"):
        bank.land("move", name, MOVES[name])
    bank.run()
    (bank.root / "landing/move/1.csv").unlink()
    assert "was made from 1.csv" in bank.say("plan", "--full-refresh", code=4)
    bank.run("--full-refresh", code=4)
    assert len(bank.rows("raw.move", "id")) == 6
    bank.run("--full-refresh", "--allow-vanished")
    assert bank.rows("raw.move", "id") == [(1,), (3,), (4,)]
    assert bank.bad() == []


def test_a_blocked_full_refresh_leaves_all_as_it_was(make_bank: Callable[..., Bank]) -> None:
    bank = make_bank({name: text for name, text in CHAIN.items() if "raw/move" in name})
    bank.land("move", "1.csv", MOVES["1.csv"])
    bank.run()
    contract = CHAIN["conf/tables/raw/move.yaml"]
    rule = 'quality: {table_rules: "Rules = [ RowCount > 99 ]"}\n'
    write(bank.root, {"conf/tables/raw/move.yaml": contract + rule})
    bank.run("--full-refresh", code=3)
    assert bank.rows("raw.move", "id") == [(1,), (2,), (3,)]
    assert bank.bad() == ["x"]


def test_a_backfill_finds_what_came_too_late_and_doubles_nothing(make_bank: Callable[..., Bank]) -> None:
    bank = make_bank(CHAIN)
    bank.day(1)
    bank.land("move", "late.csv", "op,id,city,at\nI,9,Tabor,2026-10-01\nI,z,,\n", day=-10)
    assert {part["status"] for part in bank.run()["tables"]} == {"nothing_new"}

    window = ("--from", "2026-10-20", "--to", "2026-11-03")
    dry = bank.say("backfill", "--select", "raw.move", *window, "--dry-run")
    assert "in it already: 1 of the window's 2 files" in dry
    bank.say("backfill", "--select", "raw.move", *window)
    bank.say("backfill", "--select", "raw.move", *window)
    assert bank.rows("raw.move", "id") == [(1,), (2,), (3,), (9,)]
    assert bank.bad() == ["x", "z"]
    bank.run()
    assert bank.rows("standardized.person", "id", "city")[-1] == (9, "Tabor")

    bank.say("backfill", "--select", "standardized.person", *window)  # all events again: nothing changes
    assert [row[0] for row in bank.rows("standardized.person", "id")] == [1, 2, 3, 9]
    refused = bank.say("backfill", "--select", "raw.price", *window, code=2)
    assert "--full-refresh --select raw.price" in refused


def test_derived_tables_are_computed_as_of_each_windows_end(make_bank: Callable[..., Bank]) -> None:
    bank = make_bank(CHAIN)
    bank.day(1)
    said = bank.say(
        *("backfill", "--select", "enriched.city", "--from", "2026-11-01", "--to", "2026-11-04"),
        *("--every", "2d", "--json"),
    )
    records = json.loads(said)
    assert [record["logical_time"][:10] for record in records] == ["2026-11-03", "2026-11-04"]
    assert {record["kind"] for record in records} == {"backfill"}
    assert {row[0] for row in bank.rows("enriched.city", "as_of")} == {"2026-11-04T00:00:00+00:00"}
    assert "backfill" in bank.say("history")


def test_progress_is_shown_lost_and_set(make_bank: Callable[..., Bank]) -> None:
    contract = CHAIN["conf/tables/raw/move.yaml"]
    bank = make_bank({"conf/tables/raw/move.yaml": contract}, "parquet")
    bank.land("move", "1.csv", MOVES["1.csv"])
    bank.run()
    shown = bank.say("state", "show", "raw.move", "--json")
    assert json.loads(shown)[0]["state"]["inputs"]["source"]["name"] == "1.csv"

    manifest = bank.root / "warehouse/raw/move/_strata_manifest.json"
    content = json.loads(manifest.read_text())
    for version in content["versions"]:
        version["state"] = None
    manifest.write_text(json.dumps(content))
    failed = bank.run(code=4)["tables"][0]
    assert "no recorded progress" in failed["error"]
    assert "strata state set TABLE --as-of-now" in failed["hint"]
    assert "progress is lost" in bank.say("state", "show")

    assert "nothing was changed" in bank.say("state", "set", "raw.move", "--as-of-now", "--dry-run")
    bank.say("state", "set", "raw.move", "--as-of-now", "--yes")
    assert bank.run()["tables"][0]["status"] == "nothing_new"
    assert "they all come twice" in bank.say("state", "set", "raw.move", "--empty", code=2)

    saved = bank.root / "saved.json"
    saved.write_text(shown)
    bank.land("move", "3.csv", MOVES["3.csv"])
    bank.say("state", "set", "raw.move", "--as-of-now", "--yes")
    bank.say("state", "set", "raw.move", "--from", str(saved), "--yes")
    assert bank.run()["tables"][0]["rows"]["read"] == 3
    assert len(bank.rows("raw.move", "id")) == 6
