"""A small bank for the tests of progress: its contracts, three days of files, and what its tables must
hold then, written down by hand."""

from __future__ import annotations

import io
import json
import os
from contextlib import redirect_stderr, redirect_stdout
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest

from etl_core.cli.main import main
from tests.warehouse import Warehouse

DAY = 86_400
FIRST = datetime(2026, 11, 2, 6, tzinfo=UTC)
DEFAULTS = "name: small\nlayers: [raw, standardized, enriched]\ndefaults: {{format: {format}}}\n"
COLUMNS = "columns: [{name: id, type: int, nullable: false}, {name: city}, {name: at, type: date}]\n"
CHAIN = {
    "conf/tables/raw/move.yaml": """\
table: raw.move
source: {path: landing/move}
target: {mode: append}
columns: [{name: op}, {name: id, type: int, nullable: false}, {name: city}, {name: at, type: date}]
""",
    "conf/tables/standardized/person.yaml": """\
table: standardized.person
inputs: {moves: {table: raw.move, read: new}}
target: {mode: cdc, keys: [id], operation_column: op}
"""
    + COLUMNS,
    "conf/tables/standardized/residence.yaml": """\
table: standardized.residence
inputs: {moves: {table: raw.move, read: new}}
target: {mode: cdc, history: scd2, keys: [id], operation_column: op, effective_at: at}
"""
    + COLUMNS,
    "conf/tables/raw/price.yaml": """\
table: raw.price
source: {path: landing/price}
target: {mode: snapshot, keys: [id], max_deleted: "60%"}
columns: [{name: id, type: int, nullable: false}, {name: price, type: int}]
""",
    "conf/tables/enriched/city.yaml": """\
table: enriched.city
inputs: {people: standardized.person}
target: {mode: overwrite}
""",
    "jobs/enriched/city.py": """\
from pyspark.sql import DataFrame, functions as F
from etl_core import Run, table


@table("enriched.city")
def city(people: DataFrame, run: Run) -> DataFrame:
    as_of = F.lit(run.logical_time.isoformat()).alias("as_of")
    return people.groupBy("city").agg(F.count("*").alias("people"), as_of)
""",
}
MOVES = {
    "1.csv": "op,id,city,at\nI,1,Brno,2026-11-01\nI,2,Plzen,2026-11-01\n"
    "I,x,Brno,2026-11-01\nI,3,Praha,2026-11-01\n",
    "2.csv": "op,id,city,at\nU,1,Praha,2026-11-05\nD,2,,2026-11-06\nI,y,Brno,2026-11-05\n",
    "3.csv": "op,id,city,at\nU,1,Brno,2026-11-03\nI,4,Zlin,2026-11-07\nD,3,,2026-11-08\n",
}
PRICES = {
    "2026-11-01.csv": "id,price\n1,10\n2,20\n",
    "2026-11-02.csv": "id,price\n1,11\n3,30\n",
    "2026-11-03.csv": "id,price\n3,33\n1,11\n",
}
Rows = set[tuple[Any, ...]]
AFTER_1: dict[str, Rows] = {
    "standardized.person": {(1, "Brno"), (2, "Plzen"), (3, "Praha")},
    "standardized.residence": {
        (1, "Brno", "2026-11-01", None),
        (2, "Plzen", "2026-11-01", None),
        (3, "Praha", "2026-11-01", None),
    },
    "raw.price": {(1, 10), (2, 20)},
    "enriched.city": {("Brno", 1), ("Plzen", 1), ("Praha", 1)},
}
AFTER_3: dict[str, Rows] = {
    "standardized.person": {(1, "Brno"), (4, "Zlin")},  # by file order; the history goes by `at`
    "standardized.residence": {
        (1, "Brno", "2026-11-01", "2026-11-05"),
        (1, "Praha", "2026-11-05", None),
        (2, "Plzen", "2026-11-01", "2026-11-06"),
        (3, "Praha", "2026-11-01", "2026-11-08"),
        (4, "Zlin", "2026-11-07", None),
    },
    "raw.price": {(1, 11), (3, 33)},
    "enriched.city": {("Brno", 1), ("Zlin", 1)},
}
SHOWN = {
    "standardized.person": ("id", "city"),
    "standardized.residence": ("id", "city", "valid_from", "valid_to"),
    "raw.price": ("id", "price"),
    "enriched.city": ("city", "people"),
}


@dataclass
class Bank:
    """A project on disk, its landing folder, and the command line in this process."""

    root: Path
    format: str
    warehouse: Warehouse

    def say(self, *arguments: str, code: int = 0) -> str:
        """stdout of one command; stderr where it fails."""
        out, err = io.StringIO(), io.StringIO()
        with redirect_stdout(out), redirect_stderr(err), pytest.raises(SystemExit) as ended:
            main([*arguments, "--project", str(self.root)])
        assert (ended.value.code or 0) == code, out.getvalue() + err.getvalue()
        return out.getvalue() + (err.getvalue() if code else "")

    def run(self, *arguments: str, code: int = 0) -> dict[str, Any]:
        said = self.say("run", "--json", *arguments, code=code)
        record: dict[str, Any] = json.loads(said[: said.rindex("}") + 1])
        return record

    def land(self, folder: str, name: str, text: str, day: float = 0) -> None:
        path = self.root / "landing" / folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text)
        moment = FIRST.timestamp() + day * DAY
        os.utime(path, (moment, moment))

    def day(self, number: int) -> str:
        """What lands on day 1, 2 or 3, and its run. Returns the run's id."""
        self.land("move", f"{number}.csv", MOVES[f"{number}.csv"], number * 0.1)
        name = sorted(PRICES)[number - 1]
        self.land("price", name, PRICES[name], number * 0.1)
        run_id: str = self.run()["run_id"]
        return run_id

    def rows(self, table: str, *columns: str) -> list[tuple[Any, ...]]:
        rows = self.warehouse.rows(table, self.format)
        plain = [
            tuple(str(row[c]) if c.startswith("valid_") and row[c] else row[c] for c in columns)
            for row in rows
        ]
        return sorted(plain, key=repr)

    def bad(self, table: str = "raw.move") -> list[str]:
        """The raw ids that were turned away."""
        rows = self.warehouse.side(table, "quarantine", self.format)
        return sorted(entry["value"] for row in rows for entry in row["errors"])

    def removed(self) -> list[int]:
        return sorted(
            row["id"] for row in self.warehouse.side("standardized.person", "tombstones", self.format)
        )

    def holds(self, expected: dict[str, Rows]) -> None:
        for table, rows in expected.items():
            assert self.rows(table, *SHOWN[table]) == sorted(rows, key=repr), table
