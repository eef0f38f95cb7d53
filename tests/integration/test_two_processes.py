"""Two processes run the same tables at the same time: one wins, the other waits or says who was faster."""

from __future__ import annotations

import random
import subprocess
import sys
import time
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path

import pytest
from pyspark.sql import SparkSession

from etl_core.report.records import RunRecord, TableRecord
from etl_core.sinks import capabilities
from tests.integration.projects import MINIMAL, REPOSITORY, environment, run_json, write
from tests.warehouse import Warehouse

ROUNDS = 20
PATIENCE = {"patient": 60.0, "hasty": 0.0}  # seconds that each waits for a table
APPEND = """\
table: raw.FORMAT
source: {type: files, path: landing}
target: {format: FORMAT, mode: append}
columns: [{name: id, type: int}, {name: value, type: int}]
"""
CDC = """\
table: standardized.FORMAT
source: {type: files, path: landing}
target: {format: FORMAT, mode: cdc, keys: [id], operation_column: op}
columns: [{name: id, type: int}, {name: value, type: int}]
"""


def contracts() -> dict[str, str]:
    """An append of every format, and a cdc of those that can."""
    files = {}
    for name, can in capabilities.load().items():
        files[f"conf/tables/raw/{name}.yaml"] = APPEND.replace("FORMAT", name)
        if "cdc" in can.modes:
            files[f"conf/tables/standardized/{name}.yaml"] = CDC.replace("FORMAT", name)
    return files


@dataclass
class Source:
    """Writes a file a round, and knows what the tables must hold."""

    landing: Path
    chance: random.Random
    lines: Counter[tuple[int, int, str]] = field(default_factory=Counter)
    held: dict[int, int] = field(default_factory=dict)

    def file(self, number: int) -> None:
        text = ["id,value,op"]
        for _ in range(30):
            key, value, op = (
                self.chance.randrange(40),
                self.chance.randrange(1000),
                self.chance.choice("IUUD"),
            )
            text.append(f"{key},{value},{op}")
            self.lines[key, value, op] += 1
            if op == "D":
                self.held.pop(key, None)
            else:
                self.held[key] = value
        (self.landing / f"{number:03d}.csv").write_text("\n".join(text) + "\n")


@contextmanager
def workers(root: Path) -> Iterator[None]:
    """Both run in the background, each with its own JVM."""
    for folder in ("go", "done"):
        (root / folder).mkdir()
    processes = []
    with (root / "workers.log").open("w") as log:
        for name, timeout in PATIENCE.items():
            arguments = [sys.executable, "-m", "tests.integration.worker", str(root), name, str(timeout)]
            processes.append(
                subprocess.Popen(arguments, cwd=REPOSITORY, env=environment(), stdout=log, stderr=log)
            )
        try:
            yield
        finally:
            (root / "go/end").touch()
            for process in processes:
                process.wait(60)


def play_round(root: Path, number: int) -> dict[str, RunRecord]:
    (root / f"go/{number}").touch()
    files = {name: root / f"done/{number}-{name}.json" for name in PATIENCE}
    deadline = time.monotonic() + 240
    while not all(file.exists() for file in files.values()):
        assert time.monotonic() < deadline, (root / "workers.log").read_text()[-3000:]
        time.sleep(0.005)
    return {name: RunRecord.model_validate_json(file.read_text()) for name, file in files.items()}


def is_busy(table: TableRecord) -> bool:
    """It ended with a message that names the table, its holder, and what can be done."""
    if table.status != "failed":
        return False
    assert f"{table.table} is held by run " in table.error, table.error
    assert "--lock-timeout" in table.hint
    assert table.exit_code == 4
    return True


@pytest.mark.proof
def test_twenty_rounds_of_two_processes(tmp_path: Path, spark: SparkSession) -> None:
    root = write(tmp_path, MINIMAL | contracts())
    (root / "landing").mkdir()
    source = Source(root / "landing", random.Random(11))
    busy = waited = 0
    written: Counter[str] = Counter()
    with workers(root):
        for number in range(ROUNDS):
            source.file(number)
            records = play_round(root, number)
            for table in (table for record in records.values() for table in record.tables):
                busy += is_busy(table)
                waited += "another run published meanwhile" in table.notes
                written[table.table] += table.rows.written
            assert {table.status for table in records["patient"].tables} <= {"done", "nothing_new"}
    print(f"{busy} times a table was held, {waited} times another run had been faster")
    assert busy + waited >= ROUNDS, "the two hardly met: nothing was tried"
    run_json(root)
    check(Warehouse(spark, root / "warehouse"), source, written)
    assert {table["status"] for table in run_json(root)["tables"]} == {"nothing_new"}


def check(warehouse: Warehouse, source: Source, written: Counter[str]) -> None:
    for name, can in capabilities.load().items():
        appended = Counter((r["id"], r["value"], r["op"]) for r in warehouse.rows(f"raw.{name}", name))
        assert appended == source.lines, name
        assert written[f"raw.{name}"] == source.lines.total(), f"{name}: a run counted what another wrote"
        if "cdc" in can.modes:
            rows = warehouse.rows(f"standardized.{name}", name)
            assert sorted((row["id"], row["value"]) for row in rows) == sorted(source.held.items()), name
