"""The PKDD'99 bank data by csv and Decimal: what Berka's tables must hold."""

from __future__ import annotations

import csv
from collections import defaultdict
from dataclasses import dataclass
from datetime import date
from decimal import ROUND_HALF_UP, Decimal
from pathlib import Path
from typing import Any

Row = dict[str, Any]
NAMES = ("account", "card", "client", "disp", "district", "loan", "order", "trans")
STATUS = {"A": "finished, no problems", "B": "finished, not paid",
          "C": "running, no problems", "D": "running, client in debt"}  # fmt: skip


@dataclass(frozen=True)
class Files:
    """Complete lines of each file as dictionaries, and how many lines were not complete."""

    rows: dict[str, list[dict[str, str]]]
    torn: dict[str, int]


def read(folder: Path) -> Files:
    found: dict[str, list[dict[str, str]]] = {}
    torn: dict[str, int] = {}
    for name in NAMES:
        lines = (folder / f"{name}.asc").read_bytes().decode("ascii").split("\r\n")
        header, *records = (next(csv.reader([line], delimiter=";")) for line in lines if line)
        found[name] = [dict(zip(header, r, strict=True)) for r in records if len(r) == len(header)]
        torn[name] = sum(len(record) != len(header) for record in records)
    return Files(found, torn)


def day(text: str) -> date:
    return date(1900 + int(text[:2]), int(text[2:4]), int(text[4:6]))


def person(birth_number: str) -> tuple[date, str]:
    month = int(birth_number[2:4])
    female = month > 50
    born = date(1900 + int(birth_number[:2]), month - 50 * female, int(birth_number[4:]))
    return born, "female" if female else "male"


def account_owners(files: Files) -> dict[int, int]:
    return {int(r["account_id"]): int(r["client_id"]) for r in files.rows["disp"] if r["type"] == "OWNER"}


def regions(files: Files) -> dict[int, str]:
    """Region of every account."""
    of_district = {r["A1"]: r["A3"] for r in files.rows["district"]}
    return {int(r["account_id"]): of_district[r["district_id"]] for r in files.rows["account"]}


def balances(files: Files) -> list[Row]:
    """One row an account with transactions; the last of a day is the one no other continued from."""
    by_account = defaultdict(list)
    for r in files.rows["trans"]:
        by_account[int(r["account_id"])].append(r)
    owners, where = account_owners(files), regions(files)
    return [_balance(account, booked, owners, where) for account, booked in by_account.items()]


def _signed(r: dict[str, str]) -> Decimal:
    return Decimal(r["amount"]) if r["type"] == "PRIJEM" else -Decimal(r["amount"])


def _balance(
    account: int, booked: list[dict[str, str]], owners: dict[int, int], where: dict[int, str]
) -> Row:
    last = max(r["date"] for r in booked)
    end = [r for r in booked if r["date"] == last]
    ends = [
        r
        for r in end
        if not any(
            abs(Decimal(o["balance"]) - _signed(o) - Decimal(r["balance"])) < Decimal("0.15")
            for o in end
            if o is not r
        )
    ]
    assert len(ends) == 1, f"account {account} has {len(ends)} last transactions"
    signed = [_signed(r) for r in booked]
    return {
        "account_id": account,
        "owner_client_id": owners[account],
        "region": where[account],
        "transactions": len(booked),
        "credited": sum((s for s in signed if s > 0), Decimal(0)),
        "debited": -sum((s for s in signed if s < 0), Decimal(0)),
        "first_booked_on": day(min(r["date"] for r in booked)),
        "last_booked_on": day(last),
        "balance": Decimal(ends[0]["balance"]),
    }


def loans(files: Files) -> list[Row]:
    paid: dict[int, list[tuple[date, Decimal]]] = defaultdict(list)
    for r in files.rows["trans"]:
        if r["k_symbol"] == "UVER" and r["type"] != "PRIJEM":
            paid[int(r["account_id"])].append((day(r["date"]), Decimal(r["amount"])))
    owners, where = account_owners(files), regions(files)
    sexes = {int(r["client_id"]): person(r["birth_number"])[1] for r in files.rows["client"]}
    found = []
    for r in files.rows["loan"]:
        account, granted, amount = int(r["account_id"]), day(r["date"]), Decimal(r["amount"])
        back = sum((sum_ for on, sum_ in paid[account] if on >= granted), Decimal(0))
        found.append(
            {
                "loan_id": int(r["loan_id"]),
                "account_id": account,
                "owner_client_id": owners[account],
                "owner_sex": sexes[owners[account]],
                "region": where[account],
                "granted_on": granted,
                "amount": amount,
                "duration_months": int(r["duration"]),
                "monthly_payment": Decimal(r["payments"]),
                "status": r["status"],
                "status_meaning": STATUS[r["status"]],
                "paid": back,
                "paid_share": (back / amount).quantize(Decimal("0.0001"), ROUND_HALF_UP),
            }
        )
    return found
