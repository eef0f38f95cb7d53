"""One writer a table: between threads, between processes, and over the dead."""

from __future__ import annotations

import os
import subprocess
import sys
import threading
import time
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from etl_core.errors import LeaseBusy, PublishError
from etl_core.lease import acquire, holder, unlock
from etl_core.lease.heartbeat import Heartbeat
from etl_core.lease.holder import STALE_SECONDS, Holder, this_process
from etl_core.storage import Storage, open_storage

TABLE = "standardized.employee"


@pytest.fixture
def storage(tmp_path: Path) -> Storage:
    return open_storage(str(tmp_path))


def plant(storage: Storage, **changes: object) -> Holder:
    """A lease object as another run left it."""
    other = this_process(7, "other").model_copy(update=changes)
    storage.write(f"_strata/leases/{TABLE}/{7:012d}.json", other.model_dump_json().encode())
    return other


def test_busy_names_run_host_process_and_the_way_out(storage: Storage) -> None:
    with acquire(storage, TABLE, "run-a", timeout=0), pytest.raises(LeaseBusy) as caught:
        acquire(storage, TABLE, "run-b", timeout=0)
    assert TABLE in caught.value.message
    assert "run run-a on " in caught.value.message
    assert f"process {os.getpid()}" in caught.value.message
    assert f"strata unlock {TABLE}" in caught.value.hint


def test_tables_do_not_hinder_each_other(storage: Storage) -> None:
    with acquire(storage, TABLE, "a", timeout=0), acquire(storage, "raw.employee", "a", timeout=0):
        assert {holder(storage, name).run_id for name in (TABLE, "raw.employee")} == {"a"}


def test_released_at_the_end_also_after_an_error(storage: Storage) -> None:
    with pytest.raises(RuntimeError), acquire(storage, TABLE, "a", timeout=0):
        raise RuntimeError
    with acquire(storage, TABLE, "b", timeout=0) as lease:
        lease.check()


def test_the_token_only_grows(storage: Storage) -> None:
    tokens = []
    for _ in range(3):
        with acquire(storage, TABLE, "a", timeout=0) as lease:
            tokens.append(lease.token)
    assert tokens == [1, 2, 3]
    assert storage.list("_strata/leases") == [
        f"_strata/leases/{TABLE}/000000000003.json",
        f"_strata/leases/{TABLE}/000000000003.released",
    ]


def test_waits_for_a_living_holder(storage: Storage) -> None:
    first = acquire(storage, TABLE, "a", timeout=0)
    threading.Timer(0.3, first.release).start()
    begun = time.monotonic()
    with acquire(storage, TABLE, "b", timeout=10):
        assert 0.2 < time.monotonic() - begun < 2


def test_threads_of_one_process_exclude_each_other(storage: Storage) -> None:
    inside, most = [], []

    def work(number: int) -> None:
        with acquire(storage, TABLE, f"run-{number}", timeout=20):
            inside.append(number)
            most.append(len(inside))
            time.sleep(0.02)
            inside.remove(number)

    threads = [threading.Thread(target=work, args=(number,)) for number in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert most == [1, 1, 1, 1]


def test_a_killed_process_is_taken_over_at_once(storage: Storage, tmp_path: Path) -> None:
    code = (
        "import time; from etl_core.lease import acquire; from etl_core.storage import open_storage\n"
        f"acquire(open_storage({str(tmp_path)!r}), {TABLE!r}, 'dead', timeout=0); print('held', flush=True)\n"
        "time.sleep(60)"
    )
    child = subprocess.Popen([sys.executable, "-c", code], stdout=subprocess.PIPE, text=True)
    assert child.stdout is not None
    assert child.stdout.readline() == "held\n"
    with pytest.raises(LeaseBusy, match=f"process {child.pid}"):
        acquire(storage, TABLE, "next", timeout=0)
    child.kill()
    child.communicate()
    with acquire(storage, TABLE, "next", timeout=0) as lease:
        assert lease.token == 2


def test_a_process_id_used_again_is_not_the_holder(storage: Storage) -> None:
    plant(storage, started=this_process(1, "x").started - 3600)
    with acquire(storage, TABLE, "next", timeout=0) as lease:
        assert lease.token == 8


def test_another_machines_holder_counts_until_it_falls_silent(storage: Storage) -> None:
    now = datetime.now(UTC)
    plant(storage, machine="elsewhere", pid=1, heartbeat_at=now - timedelta(seconds=STALE_SECONDS - 10))
    with pytest.raises(LeaseBusy):
        acquire(storage, TABLE, "next", timeout=0)
    plant(storage, machine="elsewhere", pid=1, heartbeat_at=now - timedelta(seconds=STALE_SECONDS + 1))
    acquire(storage, TABLE, "next", timeout=0).release()


def test_one_of_many_takers_wins_a_dead_lease(storage: Storage) -> None:
    plant(storage, started=0.0)
    barrier = threading.Barrier(6)
    outcomes: list[str] = []

    def take(number: int) -> None:
        barrier.wait()
        try:
            acquire(storage, TABLE, f"run-{number}", timeout=0)
            outcomes.append("held")
        except LeaseBusy:
            outcomes.append("busy")

    threads = [threading.Thread(target=take, args=(number,)) for number in range(6)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sorted(outcomes) == ["busy"] * 5 + ["held"]
    unlock(storage, TABLE)


def test_unlock_fences_the_holder_out(storage: Storage) -> None:
    lease = acquire(storage, TABLE, "a", timeout=0)
    lease.check()
    freed = unlock(storage, TABLE)
    assert freed is not None
    assert freed.run_id == "a"
    with pytest.raises(PublishError, match="lost its lease to `strata unlock`"):
        lease.check()
    with acquire(storage, TABLE, "b", timeout=0):
        lease.beat()  # a late heartbeat does not bring it back
        with pytest.raises(PublishError, match="lost its lease to run b on"):
            lease.check()
    lease.release()
    assert unlock(storage, TABLE) is None


def test_a_lease_that_a_power_cut_emptied_is_free(storage: Storage) -> None:
    storage.write(f"_strata/leases/{TABLE}/000000000004.json", b"")
    with acquire(storage, TABLE, "next", timeout=0) as lease:
        assert lease.token == 5


def test_heartbeat_survives_a_failing_beat() -> None:
    from etl_core.errors import StateError

    class Flaky:
        table = TABLE
        beats = 0

        def beat(self) -> None:
            self.beats += 1
            if self.beats == 1:
                raise StateError("disk full")

    heart, flaky = Heartbeat(seconds=0.02), Flaky()
    heart.add(flaky)
    deadline = time.monotonic() + 5
    while flaky.beats < 3 and time.monotonic() < deadline:
        time.sleep(0.01)
    heart.remove(flaky)
    seen = flaky.beats
    time.sleep(0.1)
    assert seen >= 3
    assert flaky.beats == seen


def test_a_beat_is_visible_to_others(storage: Storage) -> None:
    with acquire(storage, TABLE, "a", timeout=0) as lease:
        before = holder(storage, TABLE).heartbeat_at
        lease.beat()
        assert holder(storage, TABLE).heartbeat_at > before
