"""Runs killed with SIGKILL at any moment: the tables, side tables and progress end as if none had been."""

from __future__ import annotations

import os
import random
import signal
import subprocess
import threading
import time
from collections import Counter
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

import pytest
from pyspark.sql import SparkSession

from etl_core.sinks import capabilities
from etl_core.state.models import FileBookmark
from tests.integration.ledger import VALUES, Ledger, project, tables
from tests.integration.projects import command, environment, run_json, strata, write
from tests.warehouse import Warehouse

KILLS = {"iceberg": 9, "delta": 9, "hudi": 9, "parquet": 3}


class Killed:
    """A run in a process of its own; `work` is the time from its first table's start to the end."""

    def __init__(self, root: Path) -> None:
        self._process = subprocess.Popen(
            command(root, "run"),
            env=environment(),
            stdout=subprocess.DEVNULL,
            stderr=subprocess.PIPE,
            text=True,
            start_new_session=True,
        )
        self._working = threading.Event()
        self._began = 0.0
        threading.Thread(target=self._listen, daemon=True).start()

    def _listen(self) -> None:
        assert self._process.stderr is not None
        for line in self._process.stderr:
            if line.endswith(": started\n") and not self._working.is_set():
                self._began = time.monotonic()
                self._working.set()
        self._working.set()

    def work(self) -> float:
        """Let it end well."""
        assert self._process.wait(300) == 0
        return time.monotonic() - self._began

    def kill(self, after: float) -> bool:
        """With its JVM, `after` seconds of work later; False if it was through before."""
        self._working.wait(300)
        try:
            self._process.wait(after)
        except subprocess.TimeoutExpired:
            os.killpg(self._process.pid, signal.SIGKILL)
            self._process.wait()
            return True
        return False


def disturb(format_name: str, root: Path, chance: random.Random) -> tuple[Ledger, int]:
    """A first load, a day for the measure, then a killed run a day. Returns how many kills hit."""
    write(root, project(format_name))
    bank = Ledger(root / "landing", chance)
    bank.full_load(150)
    strata(root, "run")
    bank.day(1)
    usual = Killed(root).work()
    killed = 0
    for day in range(2, 2 + KILLS[format_name]):
        bank.day(day)
        killed += Killed(root).kill(chance.uniform(0, usual))
    return bank, killed


@pytest.mark.proof
def test_kills_lose_and_double_nothing(tmp_path: Path, spark: SparkSession) -> None:
    """Two banks at a time: a run waits more than it works."""
    seed = random.SystemRandom().randrange(1_000_000)
    print(f"seed {seed}")
    formats = capabilities.load().names()

    def disturbed(name: str) -> tuple[Ledger, int]:
        return disturb(name, tmp_path / name, random.Random(f"{seed} {name}"))

    with ThreadPoolExecutor(2) as pool:
        banks = dict(zip(formats, pool.map(disturbed, formats), strict=True))
    hits = {name: killed for name, (_, killed) in banks.items()}
    print(f"killed {hits}")
    for name, (bank, killed) in banks.items():
        assert killed >= KILLS[name] // 2, f"{name}: the runs were faster than the kills, nothing was tried"
        root = tmp_path / name
        run_json(root)
        check(Warehouse(spark, root / "warehouse"), name, bank)
        assert not list((root / "warehouse/_strata/intents").rglob("*.json"))
        again = run_json(root)
        assert {entry["status"] for entry in again["tables"]} == {"nothing_new"}


def check(warehouse: Warehouse, format_name: str, bank: Ledger) -> None:
    for name in tables(format_name):
        found = Counter(VALUES[name](row) for row in warehouse.rows(name, format_name))
        assert found == bank.table(name), f"{format_name} {name}"
        assert warehouse.open(name, format_name).drop_leftovers() == ()
    if "standardized.account" in tables(format_name):
        check_side_tables(warehouse, format_name, bank)
    for name, source in (("raw.account", "account"), ("standardized.branch", "branch")):
        if name in tables(format_name):
            assert files_read(warehouse, name, format_name) == bank.files[source]


def check_side_tables(warehouse: Warehouse, format_name: str, bank: Ledger) -> None:
    for name in ("standardized.account", "standardized.account_history"):
        if name in tables(format_name):
            rejected = warehouse.side(name, "quarantine", format_name)
            columns = [[error["column"] for error in row["errors"]] for row in rejected]
            assert columns == [["balance"]] * len(bank.bad), f"{format_name} {name}"
    newest: dict[int, Any] = {}
    for row in warehouse.side("standardized.account", "tombstones", format_name):
        newest[row["id"]] = max(newest.get(row["id"], row["_strata_seq"]), row["_strata_seq"])
    found = {key: seq["file"] for key, seq in newest.items()}
    gone = {key: files[-1] for key, files in bank.deletes.items() if key not in bank.accounts}
    assert {key: file for key, file in found.items() if key in gone} == gone
    # A key that came back needs none if one run saw both: its row is newer than its deletes.
    assert all(file in bank.deletes[key] for key, file in found.items())


def files_read(warehouse: Warehouse, table: str, format_name: str) -> set[str]:
    state = warehouse.open(table, format_name).state()
    assert state is not None
    (bookmark,) = state.inputs.values()
    assert isinstance(bookmark, FileBookmark)
    return set(bookmark.seen)
