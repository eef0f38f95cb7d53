"""History in event time through `strata run`: late events, repetitions, deletes, what cannot be used."""

from __future__ import annotations

import itertools
import random
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from pyspark.sql import SparkSession

from etl_core.sinks import capabilities
from tests.integration.projects import MINIMAL, part, run_json, write
from tests.oracles.history import Happening, Interval, history
from tests.warehouse import Warehouse

TABLE = "standardized.person"
CONTRACT = """\
table: standardized.person
source: {type: files, path: landing}
target:
  format: FORMAT
  mode: cdc
  history: scd2
  keys: [id]
  sequence_by: [at, n]
  operation_column: Op
  truncate_when: "Op = 'T'"
  track: [city]
columns:
  - {name: id, type: int}
  - {name: at, type: timestamp}
  - {name: n, type: int}
  - {name: city}
  - {name: age, type: int}
"""
BEGIN = datetime(2026, 1, 1)
FORMATS = [name for name, can in capabilities.load().items() if "scd2" in can.histories]


@dataclass(frozen=True)
class Event:
    n: int
    id: int | None
    hour: int
    op: str
    city: str = ""
    age: str = "1"

    @property
    def at(self) -> datetime:
        return BEGIN + timedelta(hours=self.hour)

    @property
    def line(self) -> str:
        key = "" if self.id is None else self.id
        return f"{key},{self.at.isoformat()}Z,{self.n},{self.city},{self.age},{self.op}"

    def happening(self) -> Happening:
        row = {"city": self.city or None, "age": int(self.age)} if self.op in "IU" else None
        return Happening(self.id, self.at, (self.at, self.n), row)


class Project:
    def __init__(self, root: Path, spark: SparkSession, format_name: str, contract: str = CONTRACT) -> None:
        files = {f"conf/tables/{TABLE.replace('.', '/')}.yaml": contract.replace("FORMAT", format_name)}
        self.root = write(root, MINIMAL | files)
        self.format = format_name
        self.warehouse = Warehouse(spark, root / "warehouse")
        self.numbers = itertools.count()

    def run(self, events: Iterable[Event], code: int = 0) -> dict[str, Any]:
        text = "\n".join(["id,at,n,city,age,Op", *(event.line for event in events)]) + "\n"
        write(self.root, {f"landing/{next(self.numbers)}.csv": text})
        record = part(run_json(self.root, code=code), TABLE)
        rows = record["rows"]
        account = (rows[name] for name in ("written", "quarantined", "dropped", "superseded"))
        assert rows["read"] == sum(account)
        return record

    def intervals(self) -> set[Interval]:
        found = set()
        for row in self.warehouse.rows(TABLE, self.format):
            assert row["is_current"] == (row["valid_to"] is None)
            data = (("age", row["age"]), ("city", row["city"]))
            found.add(Interval(row["id"], row["valid_from"], row["valid_to"], data))
        return found

    def quarantine(self) -> list[str]:
        return sorted(row["reason"] for row in self.warehouse.side(TABLE, "quarantine", self.format))


def expected(events: Iterable[Event]) -> set[Interval]:
    return history([event.happening() for event in events], ["city"])


def some_events(seed: int) -> list[Event]:
    draw = random.Random(seed)
    return [
        Event(
            n,
            draw.randint(1, 8),
            draw.randint(0, 20),
            draw.choice("IUUUD"),
            draw.choice(["a", "b", ""]),
            str(n),
        )
        for n in range(80)
    ]


@pytest.mark.parametrize("format_name", FORMATS)
def test_any_delivery_gives_one_history(tmp_path: Path, spark: SparkSession, format_name: str) -> None:
    events = some_events(7)
    events.insert(40, Event(900, None, 9, "T"))
    project = Project(tmp_path, spark, format_name)
    draw = random.Random(1)
    draw.shuffle(events)
    batches = [events[:30], events[20:55], events[50:]]  # some come twice
    seen: set[Event] = set()
    for number, batch in enumerate(batches):
        rows = project.run(batch)["rows"]
        assert (rows["read"], rows["quarantined"]) == (len(batch), 0)
        seen |= set(batch)
        assert project.intervals() == expected(seen), f"batch {number}"
    assert part(run_json(project.root), TABLE)["status"] == "nothing_new"
    project.run(events)  # all of them again, in another order
    assert project.intervals() == expected(events)


def test_a_bad_event_is_never_hidden_by_an_older_one(tmp_path: Path, spark: SparkSession) -> None:
    project = Project(tmp_path, spark, "iceberg")
    first = [Event(1, 1, 1, "I", "a"), Event(2, 2, 1, "I", "a"), Event(3, 3, 1, "I", "a")]
    project.run(first)
    record = project.run(
        [
            Event(11, 1, 2, "U", "b"),  # held: what is current after hour 3 is not known
            Event(12, 1, 3, "U", "c", age="x"),
            Event(13, 2, 2, "U", "b", age="x"),  # bad, but what came later is good
            good := Event(14, 2, 3, "U", "c"),
            Event(15, None, 2, "U", "b"),
            gone := Event(16, 3, 2, "D", age="x"),  # a delete needs its key, time and order only
        ]
    )
    assert project.intervals() == expected([*first, good, gone])
    assert record["rows"] == {"read": 6, "written": 2, "quarantined": 4, "dropped": 0, "superseded": 0}
    assert len(project.quarantine()) == 4
    assert [reason for reason in project.quarantine() if reason.startswith("held")] != []


RULES = """\
quality:
  rules: |
    Rules = [ ColumnValues "age" > 0, IsUnique "city" ]
"""


def test_rules_judge_events_and_the_newest_of_each_key(tmp_path: Path, spark: SparkSession) -> None:
    project = Project(tmp_path, spark, "iceberg", CONTRACT + RULES)
    record = project.run(
        [
            Event(1, 1, 1, "I", "a"),  # two events of a key may be in one city
            one := Event(2, 1, 2, "U", "b"),
            Event(3, 2, 1, "I", "x", age="-1"),  # held by the rule that the next one fails
            Event(4, 2, 2, "U", "y", age="-1"),
            Event(5, 3, 1, "I", "c"),  # held by the next one, which is in the same city as key 4
            Event(6, 3, 2, "U", "d"),
            Event(7, 4, 2, "I", "d"),
        ]
    )
    assert project.intervals() == expected([Event(1, 1, 1, "I", "a"), one])
    assert record["rows"] == {"read": 7, "written": 2, "quarantined": 5, "dropped": 0, "superseded": 0}
    assert {verdict["rule"]: verdict["outcome"] for verdict in record["verdicts"]} == {
        'ColumnValues "age" > 0': "failed",
        'IsUnique "city"': "failed",
    }
