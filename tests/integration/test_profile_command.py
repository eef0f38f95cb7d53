"""From raw files to a table by what `strata suggest` prints, and the profile of what came of it."""

from __future__ import annotations

import json
from collections.abc import Callable

import yaml

from tests.integration.bank import Bank
from tests.integration.projects import write


def test_files_that_no_contract_knows_become_a_table(make_bank: Callable[..., Bank]) -> None:
    bank = make_bank({})
    kinds = ("PRIJEM", "VYDAJ", "")
    lines = [f"{n},AB-{n:04d},{kinds[n % 3]},{n}.50,1993-01-{n % 28 + 1:02d}" for n in range(60)]
    bank.land("trans", "1.csv", "\n".join(["trans_id,code,kind,amount,day", *lines]) + "\n")

    printed = bank.say("suggest", "raw.trans", "--files", "landing/trans")
    contract = yaml.safe_load(printed)
    assert [(one["name"], one["type"]) for one in contract["columns"]] == [
        ("trans_id", "int"),
        ("code", "string"),
        ("kind", "string"),
        ("amount", "decimal(4,2)"),
        ("day", "date"),
    ]
    write(bank.root, {"conf/tables/raw/trans.yaml": printed})
    bank.say("validate")
    before = json.loads(bank.say("profile", "raw.trans", "--json"))  # no table yet: its source's files
    [part] = bank.run()["tables"]
    assert part["rows"]["written"] == 60
    assert {verdict["outcome"] for verdict in part["verdicts"]} == {"passed"}

    after = json.loads(bank.say("profile", "raw.trans", "--json"))
    assert [one["type"] for one in after["columns"]] == [one["type"] for one in contract["columns"]]
    assert [one["nulls"] for one in after["columns"]] == [one["nulls"] for one in before["columns"]]
    assert "likely key: trans_id" in bank.say("profile", "raw.trans")
    again = yaml.safe_load(bank.say("suggest", "raw.trans"))
    assert (again.keys(), again["columns"]) == ({"columns", "quality"}, contract["columns"])


def test_what_is_not_there_is_said(make_bank: Callable[..., Bank]) -> None:
    bank = make_bank({})
    assert "--files PATH" in bank.say("profile", code=2)
    assert "write layer.table" in bank.say("suggest", "trans", "--files", "landing", code=2)
    assert "no table 'raw.nothing'" in bank.say("profile", "raw.nothing", code=4)
