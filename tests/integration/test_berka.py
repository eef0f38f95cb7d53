"""Real bank data through all layers, against an independent computation with csv and Decimal."""

from __future__ import annotations

import os
import shutil
import sys
from dataclasses import dataclass
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest

from tests.integration.projects import REPOSITORY, catalog, part, rows, run_json, strata, write
from tests.oracles import berka
from tests.oracles.events import Row

ENVIRONMENT = """\
profile: glue-5.1
warehouse: warehouse
variables: {{data: "{data}"}}
threads: 4
"""
STANDARDIZED = {
    "account": "account", "card": "card", "client": "client", "disp": "disposition", "district": "district",
    "loan": "loan", "order": "payment_order", "trans": "transaction",
}  # fmt: skip


def data_folder() -> Path:
    """Where the eight files lie. In CI they must be there; elsewhere their absence is told loudly."""
    folder = Path(os.environ.get("STRATA_BERKA", REPOSITORY.parent / "shared" / "data" / "berka"))
    if all((folder / f"{name}.asc").exists() for name in berka.NAMES):
        return folder.resolve()
    text = f"THE BERKA DATA ARE NOT AT {folder}: THE PROJECT IS NOT TESTED ON REAL DATA (set STRATA_BERKA)"
    if os.environ.get("CI"):
        pytest.fail(text)
    sys.__stderr__.write(f"\n{'!' * 100}\n{text}\n{'!' * 100}\n")  # type: ignore[union-attr]
    return pytest.skip(text)


@dataclass(frozen=True)
class Bank:
    root: Path
    record: dict[str, Any]
    files: berka.Files

    def rows(self, table: str) -> list[Row]:
        return rows(self.root, table)


@pytest.fixture(scope="module")
def bank(tmp_path_factory: pytest.TempPathFactory) -> Bank:
    data = data_folder()
    root = tmp_path_factory.mktemp("berka")
    shutil.copytree(REPOSITORY / "tests" / "projects" / "berka", root, dirs_exist_ok=True)
    write(root, {"conf/environments/local.yaml": ENVIRONMENT.format(data=data)})
    return Bank(root, run_json(root), berka.read(data))


def by(table: list[Row], key: str) -> dict[Any, Row]:
    found = {row[key]: row for row in table}
    assert len(found) == len(table), f"{key} repeats"
    return found


@pytest.mark.parametrize("name", berka.NAMES)
def test_every_complete_line_arrives_and_no_other(bank: Bank, name: str) -> None:
    count, torn = len(bank.files.rows[name]), bank.files.torn[name]
    raw = part(bank.record, f"raw.{name}")["rows"]
    assert (raw["read"], raw["written"], raw["quarantined"]) == (count + torn, count, torn)
    table = part(bank.record, f"standardized.{STANDARDIZED[name]}")["rows"]
    assert (table["read"], table["written"], table["quarantined"]) == (count, count, 0)
    assert len(bank.rows(f"standardized.{STANDARDIZED[name]}")) == count


def test_only_the_transactions_end_in_a_torn_line(bank: Bank) -> None:
    assert bank.files.torn == {**dict.fromkeys(berka.NAMES, 0), "trans": 1}
    held = catalog(bank.root).load_table("_strata.raw__trans_quarantine").scan().to_arrow().to_pylist()
    assert [row["row"] for row in held] == ['3526882;11021;940331;"PRIJE']


def test_birth_numbers_become_dates_and_sexes(bank: Bank) -> None:
    table = by(bank.rows("standardized.client"), "client_id")
    for record in bank.files.rows["client"]:
        row = table[int(record["client_id"])]
        assert (row["birth_date"], row["sex"]) == berka.person(record["birth_number"])


def test_a_question_mark_is_no_value(bank: Bank) -> None:
    jesenik = by(bank.rows("standardized.district"), "name")["Jesenik"]
    assert (jesenik["unemployment_1995"], jesenik["crimes_1995"]) == (None, None)
    assert (jesenik["unemployment_1996"], jesenik["crimes_1996"]) == (Decimal("7.01"), 1358)


def test_blank_codes_are_no_value_and_others_have_names(bank: Bank) -> None:
    table = by(bank.rows("standardized.transaction"), "transaction_id")
    blank = {int(r["trans_id"]) for r in bank.files.rows["trans"] if not r["k_symbol"].strip()}
    assert {number for number, row in table.items() if row["purpose"] is None} == blank
    assert {row["direction"] for row in table.values()} == {"credit", "debit"}
    assert {row["operation"] for row in table.values()} == {
        None, "cash_deposit", "cash_withdrawal", "card_withdrawal", "from_other_bank", "to_other_bank",
    }  # fmt: skip


def test_one_row_an_account_with_its_owner(bank: Bank) -> None:
    accounts = by(bank.rows("conformed.account"), "account_id")
    assert {number: row["owner_client_id"] for number, row in accounts.items()} == berka.account_owners(
        bank.files
    )
    assert sum(row["disponents"] for row in accounts.values()) == 869
    assert sum(row["cards"] for row in accounts.values()) == len(bank.files.rows["card"])
    assert sum(row["standing_orders"] for row in accounts.values()) == len(bank.files.rows["order"])
    amount = sum(Decimal(r["amount"]) for r in bank.files.rows["order"])
    assert sum(row["standing_amount"] for row in accounts.values()) == amount


def test_account_balances(bank: Bank) -> None:
    assert by(bank.rows("enriched.account_balance"), "account_id") == by(
        berka.balances(bank.files), "account_id"
    )


def test_balances_are_what_was_paid_in_and_out(bank: Bank) -> None:
    """The data's own cross-check. The rest misses entries that stand behind the torn line."""
    table = bank.rows("enriched.account_balance")
    agree = [r for r in table if abs(r["credited"] - r["debited"] - r["balance"]) < Decimal("1")]
    assert len(table) == 1229
    assert len(agree) == 1201


def test_loans(bank: Bank) -> None:
    assert by(bank.rows("enriched.loan"), "loan_id") == by(berka.loans(bank.files), "loan_id")


def test_a_second_run_finds_nothing_new(bank: Bank) -> None:
    record = run_json(bank.root)
    assert {entry["status"] for entry in record["tables"]} == {"nothing_new"}
    assert strata(bank.root, "status").returncode == 0
