"""Random streams through everything that merge and cdc can be asked for, against the oracle.

One table takes dozens of keys at once; the oracle applies the same batches event by event.
"""

from __future__ import annotations

import random
from typing import Any

import pytest
from pyspark.sql import SparkSession

from etl_core.names import ERRORS, IS_DELETED, KIND, SEQ
from tests.oracles.events import Event, Table
from tests.spark.changes.keyed_bench import DDL, Bench, quality

BATCHES = 4
DAYS = 9  # between two batches
KEYS = 45
EVENTS = 80
OPERATIONS = [None, "I", "U", "U", "U", "U", "D", "D", "X"]
BROKEN = [("v", "x", "is no int")]

Line = tuple[Any, ...]


def _line(choose: random.Random, number: int, row: int, *, changes: bool) -> Line:
    """As `keyed_bench.DDL` has it; events of later batches tend to be newer."""
    key = choose.choice([*range(KEYS), None])
    at = choose.choice([*range(6 * number, 6 * number + 30), None])
    old_key = choose.choice([None, None, None, "x", *map(str, range(6))]) if changes else None
    value, text = choose.choice([None, *range(8), -1]), choose.choice([None, "a", "b", "c"])
    operation = choose.choice(OPERATIONS)
    errors = BROKEN if operation != "D" and choose.random() < 0.07 else None
    return (key, at, operation, old_key, value, text, f"{number}.csv", row, errors)


def stream(seed: int, *, truncates: bool, changes: bool) -> list[list[Line]]:
    """Batches; some events are delivered again, in the same batch or in a later one."""
    choose = random.Random(seed)
    batches: list[list[Line]] = [[] for _ in range(BATCHES)]
    for number, batch in enumerate(batches):
        for row in range(EVENTS):
            line = _line(choose, number, row, changes=changes)
            batch.append(line)
            if choose.random() < 0.15:
                batches[min(number + choose.randrange(3), BATCHES - 1)].append(line)
        if truncates and number % 2:
            file, at = f"{number}.csv", 6 * number + choose.randrange(-6, 20)
            batch.append((choose.choice([None, 3]), at, "T", None, None, None, file, EVENTS, BROKEN))
            batch.append((None, choose.choice([at - 2, None]), "T", None, None, None, file, EVENTS + 1, None))
        choose.shuffle(batch)
    return batches


def event(row: tuple[Any, ...], *, changes: bool) -> Event:
    """The line as the oracle knows it."""
    k, ts, op, old_k, v, w, file, number, errors = row
    order = None if ts is None else (ts, file, number)
    shown = {"v": v, "w": w}
    if op == "T":
        return Event(None, order, None, truncate=True)
    if op == "D":
        return Event(k, order, None, shown=shown)
    bad = "value" if errors else ""
    bad = "operation" if op == "X" else bad
    before = int(old_k) if changes and old_k not in (None, "x") else None
    if changes and old_k == "x":
        bad = "before"
    return Event(k, order, shown, bad, before=before)


def not_negative(row: dict[str, Any]) -> bool:
    return row["v"] is None or row["v"] >= 0


CASES: dict[str, tuple[dict[str, Any], dict[str, Any], dict[str, Any]]] = {
    # name: target, quality, oracle
    "hard, expiry": ({"truncate_when": "Op = 'T'", "tombstone_retention": "8d"}, {}, {"retention": 8}),
    "soft, changed keys": (
        {"deletes": "soft", "truncate_when": "Op = 'T'", "before_keys": ["old_k"]},
        quality(),
        {"soft": True, "rule": not_negative},
    ),
    "all but partial": (
        {"before_keys": ["old_k"], "truncate_when": "Op = 'T'", "tombstone_retention": "10d"},
        quality(rows_hold_key=False, rows="drop"),
        {"hold": False, "drop": True, "rule": not_negative, "retention": 10},
    ),
    "dropped": (
        {"tombstone_retention": "8d"},
        quality(rows="drop"),
        {"drop": True, "rule": not_negative, "retention": 8},
    ),
    "partial, soft, truncates": (
        {"partial": "ignore_null_updates", "deletes": "soft", "truncate_when": "Op = 'T'"},
        quality(),
        {"partial": True, "soft": True, "rule": not_negative},
    ),
    "partial, truncates, expiry": (
        {"partial": "ignore_null_updates", "truncate_when": "Op = 'T'", "tombstone_retention": "8d"},
        quality(rows_hold_key=False),
        {"partial": True, "hold": False, "rule": not_negative, "retention": 8},
    ),
}


@pytest.mark.parametrize("seed", [7])
@pytest.mark.parametrize("case", CASES)
def test_the_table_is_the_oracles(spark: SparkSession, case: str, seed: int) -> None:
    target, rules, known = CASES[case]
    changes, truncates = "before_keys" in target, "truncate_when" in target
    bench, oracle = Bench(spark, rules, **target), Table(**known)
    for number, batch in enumerate(stream(seed, truncates=truncates, changes=changes)):
        account = oracle.apply([event(row, changes=changes) for row in batch], at=DAYS * number)
        seen = bench.run(spark.createDataFrame(batch, DDL).coalesce(2), at=DAYS * number)
        found = seen.counts.model_dump()
        assert found == {name: getattr(account, name) for name in found}, (
            f"{case}, seed {seed}, batch {number}"
        )
        assert len(seen.rejected) == account.quarantined
        reasons = [row[ERRORS][0]["reason"] for row in seen.rejected if row[ERRORS]]
        assert reasons.count("too_late") == account.why["too_late"]
        assert sum(reason.startswith("held") for reason in reasons) == account.why["held"]
        assert _rows(bench) == {key: tuple(held.row.values()) for key, held in oracle.held.items()}
        assert _deleted(bench) == set(oracle.deleted)
        assert _tombstones(bench) == sorted(
            (stone.kind, str(stone.key), stone.order) for stone in oracle.tombstones
        )


def _rows(bench: Bench) -> dict[Any, tuple[Any, ...]]:
    return {row["k"]: (row["v"], row["w"]) for row in bench.target.rows}


def _deleted(bench: Bench) -> set[Any]:
    return {row["k"] for row in bench.target.rows if row.asDict().get(IS_DELETED)}


def _tombstones(bench: Bench) -> list[Any]:
    rows = [row.asDict() for row in bench.tombstones.rows]
    return sorted((row.get(KIND) or "delete", str(row["k"]), tuple(row[SEQ])) for row in rows)
