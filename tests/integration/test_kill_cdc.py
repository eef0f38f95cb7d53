"""A run killed with SIGKILL at any moment: the next one ends in the same tables as an undisturbed one."""

from __future__ import annotations

import os
import random
import signal
import subprocess
import time
from collections import Counter
from pathlib import Path

import pytest

from tests.integration.projects import MINIMAL, command, environment, rows, run_json, strata, write

pytestmark = pytest.mark.proof

KILLS = 10
PROJECT = MINIMAL | {
    "conf/tables/raw/account.yaml": """\
table: raw.account
source: {type: dms, path: landing/account, header: false}
target: {mode: append}
columns: [{name: id}, {name: owner}, {name: balance}]
""",
    "conf/tables/standardized/account.yaml": """\
table: standardized.account
inputs: {account: {table: raw.account, read: new}}
target: {mode: cdc, keys: [id], operation_column: Op}
columns:
  - {name: id, type: int, nullable: false}
  - {name: owner}
  - {name: balance, type: "decimal(12,2)"}
""",
    "conf/tables/enriched/balance_by_owner.yaml": """\
table: enriched.balance_by_owner
inputs: {accounts: standardized.account}
target: {mode: overwrite}
""",
    "jobs/enriched/balance_by_owner.py": """\
from pyspark.sql import DataFrame, functions as F
from etl_core import table


@table("enriched.balance_by_owner")
def balance_by_owner(accounts: DataFrame) -> DataFrame:
    return accounts.groupBy("owner").agg(F.sum("balance").alias("balance"))
""",
}


class Bank:
    """The oracle: what the tables must hold, kept in plain Python while the files are written."""

    def __init__(self, landing: Path, chance: random.Random) -> None:
        self.landing = landing
        self.chance = chance
        self.accounts: dict[int, tuple[str, int]] = {}
        self.events = 0
        self.bad: Counter[str] = Counter()
        landing.mkdir(parents=True)

    def full_load(self, count: int) -> None:
        self.accounts = {key: (f"owner {key % 7}", key * 100) for key in range(count)}
        lines = [f"{key},{owner},{cents / 100:.2f}" for key, (owner, cents) in self.accounts.items()]
        self._write("LOAD00000001.csv", lines)

    def changes(self, day: int) -> None:
        lines = []
        for _ in range(60):
            key = self.chance.randrange(400)
            if self.chance.random() < 0.2:
                self.accounts.pop(key, None)
                lines.append(f"D,{key},,")
                continue
            owner, cents = f"owner {self.chance.randrange(7)}", self.chance.randrange(1_000_000)
            self.accounts[key] = (owner, cents)
            lines.append(f"U,{key},{owner},{cents / 100:.2f}")
        lines.append(f"U,{1000 + day},owner x,not a number")
        self.bad[f"{1000 + day}"] += 1
        self._write(f"202601{day:02d}-120000000.csv", lines)

    def _write(self, name: str, lines: list[str]) -> None:
        self.events += len(lines)
        (self.landing / name).write_text("\n".join(lines) + "\n")


def kill_one_run(root: Path, after: float) -> bool:
    """Start a run and kill it, its JVM included, `after` seconds later; False if it was done before."""
    process = subprocess.Popen(
        command(root, "run"),
        env=environment(),
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
        start_new_session=True,
    )
    try:
        process.wait(after)
    except subprocess.TimeoutExpired:
        os.killpg(process.pid, signal.SIGKILL)
        process.wait()
        return True
    return False


def test_ten_kills_lose_and_double_nothing(tmp_path: Path) -> None:
    seed = random.SystemRandom().randrange(1_000_000)
    print(f"seed {seed}")
    chance = random.Random(seed)
    root = write(tmp_path, PROJECT)
    bank = Bank(root / "landing/account", chance)
    bank.full_load(300)
    strata(root, "run")
    began = time.monotonic()
    bank.changes(1)
    strata(root, "run")
    usual = time.monotonic() - began
    killed = 0
    for day in range(2, 2 + KILLS):
        bank.changes(day)
        killed += kill_one_run(root, chance.uniform(0.2, 0.98) * usual)
    run_json(root)
    assert killed >= KILLS // 2, "the runs were faster than the kills: nothing was tried"

    accounts = {
        row["id"]: (row["owner"], int(row["balance"] * 100)) for row in rows(root, "standardized.account")
    }
    assert accounts == bank.accounts
    assert len(rows(root, "standardized.account")) == len(bank.accounts)
    assert len(rows(root, "raw.account")) == bank.events
    quarantined = rows(root, "_strata.standardized__account_quarantine")
    assert sorted(row["errors"][0]["column"] for row in quarantined) == ["balance"] * sum(bank.bad.values())
    totals: Counter[str] = Counter()
    for owner, cents in bank.accounts.values():
        totals[owner] += cents
    enriched = {row["owner"]: int(row["balance"] * 100) for row in rows(root, "enriched.balance_by_owner")}
    assert enriched == dict(totals)

    again = run_json(root)
    assert {entry["status"] for entry in again["tables"]} == {"nothing_new"}
