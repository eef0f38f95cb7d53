"""Rows that merges only marked as deleted go, without anybody noticing."""

from __future__ import annotations

import random
from collections.abc import Callable, Iterable

import pytest

from etl_core.sinks.delta import compact as of_delta
from etl_core.sinks.iceberg import compact as of_iceberg
from etl_core.sinks.protocol import SinkTable
from tests.contract.kit import KEYED, Bench, Event, append, apply, event, ids

Make = Callable[..., SinkTable]
MARKS = ("iceberg", "delta")  # their merges mark rows, and nothing else ever removes them
RUNS = 4


@pytest.fixture
def soon(monkeypatch: pytest.MonkeyPatch, large_delta: None) -> None:
    """As if the tables were large, or many runs had passed."""
    monkeypatch.setattr(of_iceberg, "SMALL_TABLE_FILES", 2)
    monkeypatch.setattr(of_delta, "EVERY", 2)


@pytest.mark.usefixtures("soon")
@pytest.mark.parametrize("bench", MARKS, indirect=True)
def test_readers_see_the_same_and_runs_go_on(bench: Bench, sink_table: Make) -> None:
    table = sink_table(KEYED, keys=("id",))
    expected = {}
    for run in range(RUNS):
        changed = range(40) if run == 0 else random.Random(run).sample(range(40), 15)
        expected |= dict.fromkeys(changed, str(run))
        apply(table, f"r{run}", events(changed, run))
    snapshot = table.snapshot()

    assert table.compact(0.99) == 0, "few are left alone"
    assert table.compact(0.2) > 0
    assert table.compact(0.2) == 0, "once is enough"

    assert held(table) == expected
    commits = table.commits(snapshot)
    assert commits is not None
    assert {(commit.operation, commit.run_id) for commit in commits} == {("replace", "")}
    state = table.state()
    assert state is not None
    assert state.run_id == f"r{RUNS - 1}"

    again = bench.open(keys=("id",))
    assert apply(again, "next", [*events([1], RUNS), event(2, None, RUNS, "next", delete=True)]) == 1
    del expected[2]
    assert held(again) == held(table) == expected | {1: str(RUNS)}


@pytest.mark.usefixtures("soon")
def test_rows_that_were_appended_are_left_alone(person: SinkTable) -> None:
    assert person.compact(0) == 0
    append(person, "r1", 1, 2)
    assert person.compact(0) == 0
    assert ids(person.read()) == [1, 2]


def events(keys: Iterable[int], run: int) -> list[Event]:
    return [event(key, str(run), run, f"r{run}") for key in keys]


def held(table: SinkTable) -> dict[int, str]:
    return {row["id"]: row["name"] for row in table.read().collect()}
