"""Stamps and rolling back: the table and its progress go back together."""

from __future__ import annotations

import pytest

from etl_core.errors import PublishError
from etl_core.sinks.protocol import SinkTable
from tests.contract.kit import Bench, append, frame, ids, people, state


def test_stamps_go_from_what_readers_see_to_the_oldest(person: SinkTable) -> None:
    assert list(person.stamps()) == []
    snapshots = [append(person, f"r{number}", number) for number in (1, 2, 3)]
    stamps = list(person.stamps())
    assert [snapshot for snapshot, _ in stamps] == snapshots[::-1]
    assert [stamp for _, stamp in stamps] == [state("r3"), state("r2"), state("r1")]


def test_rolling_back_takes_rows_and_progress_back(bench: Bench, person: SinkTable) -> None:
    first = append(person, "r1", 1)
    append(person, "r2", 2)
    third = append(person, "r3", 3)
    person.rollback(first)
    again = bench.open()
    assert (ids(again.read()), again.state()) == ([1], state("r1"))
    assert bench.observe("raw.person")["raw.person"].state == state("r1")
    assert bench.observe("raw.person")["raw.person"].rows == 1
    assert again.commits(third) is None
    assert {commit.operation for commit in again.commits(first) or []} <= {"replace"}
    append(again, "r4", 4)
    assert (ids(person.read()), person.state()) == ([1, 4], state("r4"))
    assert [stamp.run_id for _, stamp in person.stamps()] == ["r4", "r1"]


def test_a_batch_from_before_a_rollback_is_not_published(bench: Bench, person: SinkTable) -> None:
    first = append(person, "r1", 1)
    append(person, "r2", 2)
    staging = person.begin("r3")
    person.append(staging, frame(person, people("r3", 3)))
    bench.open().rollback(first)
    with pytest.raises(PublishError):
        person.publish(staging, state("r3"))
    assert ids(bench.open().read()) == [1]


def test_a_snapshot_that_is_not_there_is_refused(person: SinkTable) -> None:
    append(person, "r1", 1)
    with pytest.raises(PublishError, match=r"raw\.person"):
        person.rollback("20990101000000000")
    assert ids(person.read()) == [1]
