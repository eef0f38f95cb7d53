"""Tables go back to what they were after a run, and running again makes the same of them."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

from etl_core.run.progress import moving
from tests.contract.conftest import KEYED_FORMATS
from tests.integration.bank import AFTER_1, AFTER_3, CHAIN, MOVES, PRICES, Bank
from tests.integration.projects import write

pytestmark = pytest.mark.proof


@pytest.mark.parametrize("format_name", [kind for kind in KEYED_FORMATS if kind != "hudi-mor"])
def test_rewound_and_run_again_or_built_again_it_is_the_same(
    make_bank: Callable[..., Bank], format_name: str
) -> None:
    bank = make_bank(CHAIN, format_name)
    first = bank.day(1)
    bank.holds(AFTER_1)
    bank.day(2)
    bank.day(3)
    bank.holds(AFTER_3)
    assert (bank.bad(), bank.removed()) == (["x", "y"], [2, 3])

    bank.say("rewind", "--to", first, "--yes")
    bank.holds(AFTER_1)
    assert (bank.bad(), bank.removed()) == (["x"], [])
    assert "nothing to do" in bank.say("rewind", "--to", first, "--yes")
    bank.run()
    bank.holds(AFTER_3)
    assert (bank.bad(), bank.removed()) == (["x", "y"], [2, 3])

    rebuilt = bank.run("--full-refresh")
    assert {part["status"] for part in rebuilt["tables"]} == {"done"}
    bank.holds(AFTER_3)
    assert (bank.bad(), bank.removed()) == (["x", "y"], [2, 3])
    assert len(bank.rows("raw.move", "id")) == 8
    quiet = bank.run()
    assert {part["status"] for part in quiet["tables"]} == {"nothing_new"}


def test_tables_below_are_a_decision(make_bank: Callable[..., Bank]) -> None:
    log = {
        "conf/tables/standardized/log.yaml": "table: standardized.log\n"
        "inputs: {moves: {table: raw.move, read: new}}\ntarget: {mode: append}\n"
    }
    bank = make_bank(CHAIN | log)
    first = bank.day(1)
    bank.day(2)
    to = ("rewind", "--to", first, "--select", "raw.move", "--yes")
    refused = bank.say(*to, code=2)
    assert "standardized.log, standardized.person, standardized.residence: made from" in refused
    assert "but standardized.log would fail, for it appends" in refused
    assert len(bank.rows("raw.move", "id")) == 5

    bank.say(*to, "--only")
    assert len(bank.rows("raw.move", "id")) == 3
    record = bank.run(code=2)
    status = {part["table"]: part["status"] for part in record["tables"]}
    assert status["standardized.log"] == "failed"
    assert status["standardized.person"] == "done"
    assert bank.rows("standardized.person", "id", "city") == [(1, "Praha"), (3, "Praha")]

    bank.say("rewind", "--to", first, "--select", "raw.move", "--cascade", "--yes")
    bank.holds(AFTER_1 | {"raw.price": {(1, 11), (3, 30)}})
    assert len(bank.rows("standardized.log", "id")) == 3
    bank.run()
    assert len(bank.rows("standardized.log", "id")) == 5


@pytest.mark.parametrize("mend", ["rewind", "run"])
def test_a_rewind_that_dies_in_the_middle_is_finished(
    make_bank: Callable[..., Bank], monkeypatch: pytest.MonkeyPatch, mend: str
) -> None:
    bank = make_bank(CHAIN)
    first = bank.day(1)
    bank.day(2)

    real = moving.finish_removal

    def die_at_the_last(engine: Any, table: Any, *rest: Any) -> None:
        if table.name == "raw.move":  # it did move, its side rows are still there
            raise KeyboardInterrupt
        real(engine, table, *rest)

    with monkeypatch.context() as patch:
        patch.setattr(moving, "finish_removal", die_at_the_last)
        bank.say("rewind", "--to", first, "--yes", code=130)
    assert len(bank.rows("raw.move", "id")) == 3
    assert bank.bad() == ["x", "y"]
    if mend == "rewind":
        bank.say("rewind", "--to", first, "--yes")
        assert bank.bad() == ["x"]
        bank.holds(AFTER_1)
    bank.run()
    bank.day(3)
    bank.holds(AFTER_3)
    assert (bank.bad(), bank.removed()) == (["x", "y"], [2, 3])


def test_a_rewind_that_dies_before_it_moves_changes_nothing(
    make_bank: Callable[..., Bank], monkeypatch: pytest.MonkeyPatch
) -> None:
    bank = make_bank(CHAIN)
    first = bank.day(1)
    bank.day(2)

    real = moving.plan_undoing

    def note_and_die(*arguments: Any, **named: Any) -> None:
        real(*arguments, **named)
        raise KeyboardInterrupt

    with monkeypatch.context() as patch:
        patch.setattr(moving, "plan_undoing", note_and_die)
        bank.say("rewind", "--to", first, "--yes", code=130)
    bank.day(3)
    bank.holds(AFTER_3)
    assert (bank.bad(), bank.removed()) == (["x", "y"], [2, 3])


def test_a_table_that_came_later_is_emptied(make_bank: Callable[..., Bank]) -> None:
    bank = make_bank({name: text for name, text in CHAIN.items() if "price" in name})
    bank.land("price", "2026-11-01.csv", PRICES["2026-11-01.csv"])
    first = bank.run()["run_id"]
    write(bank.root, {name: text for name, text in CHAIN.items() if "raw/move" in name})
    bank.land("move", "1.csv", MOVES["1.csv"])
    bank.run()
    assert "empty: it did not exist then" in bank.say("rewind", "--to", first, "--yes")
    assert bank.rows("raw.move", "id") == []
    assert bank.bad() == []
    bank.run()
    assert bank.rows("raw.move", "id") == [(1,), (2,), (3,)]
    assert bank.bad() == ["x"]


def test_a_plain_table_goes_back_too(make_bank: Callable[..., Bank]) -> None:
    city = {name: text for name, text in CHAIN.items() if "city" in name}
    city["conf/tables/enriched/city.yaml"] = city["conf/tables/enriched/city.yaml"].replace(
        "standardized.person", "raw.move"
    )
    bank = make_bank({"conf/tables/raw/move.yaml": CHAIN["conf/tables/raw/move.yaml"]} | city, "parquet")
    bank.land("move", "1.csv", MOVES["1.csv"])
    first = bank.run()["run_id"]
    bank.land("move", "2.csv", MOVES["2.csv"], 0.1)
    bank.run()
    for _ in range(2):
        bank.say("rewind", "--to", first, "--yes")
        assert bank.rows("raw.move", "id") == [(1,), (2,), (3,)]
        assert bank.rows("enriched.city", "city", "people") == [("Brno", 1), ("Plzen", 1), ("Praha", 1)]
        assert bank.bad() == ["x"]
        bank.run()
        assert len(bank.rows("raw.move", "id")) == 5
        assert bank.bad() == ["x", "y"]
    bank.run("--full-refresh")
    assert len(bank.rows("raw.move", "id")) == 5
    assert bank.bad() == ["x", "y"]
