from __future__ import annotations

import pytest
from report_sample import RUN_ID, earlier, greatfin

from etl_core.errors import StateError
from etl_core.report.store import latest_of, recent, record_of, run_ids, run_key, runs, save, table_history


class Memory:
    """A Storage in a dict that counts what is read."""

    def __init__(self) -> None:
        self.objects: dict[str, bytes] = {}
        self.reads = 0

    def read(self, key):
        self.reads += 1
        return self.objects.get(key)

    def write(self, key, data):
        self.objects[key] = data

    def list(self, prefix):
        return sorted(key for key in self.objects if key.startswith(prefix + "/"))


@pytest.fixture
def storage():
    memory = Memory()
    for record in [*earlier(9), greatfin()]:
        save(memory, record)
    return memory


def test_a_record_comes_back_as_it_was_saved(storage):
    assert record_of(storage, RUN_ID) == greatfin()
    assert run_key(RUN_ID) == f"_strata/runs/{RUN_ID}.json"
    assert run_key(RUN_ID) in storage.objects


def test_runs_come_newest_first(storage):
    expected = [RUN_ID, *(record.run_id for record in earlier(9))]
    assert run_ids(storage) == expected
    assert [record.run_id for record in runs(storage)] == expected


def test_a_limit_reads_no_more_than_it_needs(storage):
    assert [record.run_id for record in recent(storage, 3)] == run_ids(storage)[:3]
    assert storage.reads <= 4


def test_recent_runs_before_a_run_leave_it_out(storage):
    assert [record.run_id for record in recent(storage, 2, before=RUN_ID)] == run_ids(storage)[1:3]


def test_a_tables_history_has_only_its_own_parts(storage):
    parts = table_history(storage, "conformed.leads", 4)
    assert [run.run_id for run, _ in parts] == run_ids(storage)[:4]
    assert {part.table for _, part in parts} == {"conformed.leads"}
    assert table_history(storage, "conformed.lead", 4) == []


def test_the_history_of_a_table_that_runs_rarely_finds_old_runs(storage):
    rare = greatfin().tables[0].model_copy(update={"table": "raw.rare"})
    old = greatfin().model_copy(update={"run_id": "20200101T000000Z-000000", "tables": (rare,)})
    save(storage, old)
    assert table_history(storage, "raw.rare", 5) == [(old, rare)]


def test_latest_stops_once_every_table_is_found(storage):
    storage.reads = 0
    latest = latest_of(runs(storage), ["raw.employee", "conformed.person"])
    assert latest["conformed.person"][1].status == "failed"
    assert latest["raw.employee"][0].run_id == RUN_ID
    assert storage.reads == 1


def test_an_unknown_run_is_named_with_the_closest(storage):
    with pytest.raises(StateError, match="no record of run") as caught:
        record_of(storage, RUN_ID[:-1] + "d")
    assert RUN_ID in caught.value.hint


@pytest.mark.parametrize("damage", [b"{", b"[]", b'{"run_id": 1}', b"\xff\xfe"])
def test_a_damaged_record_is_named_and_does_not_hide_the_others(storage, caplog, damage):
    newest = "20270101T000000Z-ffffff"
    storage.write(run_key(newest), damage)
    assert next(iter(runs(storage))).run_id == RUN_ID
    assert newest in caplog.text
    with pytest.raises(StateError, match=newest):
        record_of(storage, newest)
