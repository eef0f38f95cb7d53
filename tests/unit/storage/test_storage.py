"""What every storage does: whole objects only, and exactly one creator. A bucket is moto's server's."""

from __future__ import annotations

import threading
from pathlib import Path

import pytest

from etl_core.errors import ConfigError, StateError
from etl_core.storage import Storage, open_storage

WAREHOUSES = ("folder", "bucket", "below a bucket")


@pytest.fixture(params=WAREHOUSES)
def root(request: pytest.FixtureRequest, tmp_path: Path) -> str:
    if request.param == "folder":
        return f"file://{tmp_path}/ware house"
    bucket = request.getfixturevalue("bucket")
    return f"s3://{bucket}/ware house" if request.param == "below a bucket" else f"s3://{bucket}"


@pytest.fixture
def storage(root: str) -> Storage:
    return open_storage(root)


def test_an_absent_object_reads_as_none(storage: Storage) -> None:
    assert storage.read("_strata/leases/a.json") is None
    storage.write("_strata/a.json", b"1")
    assert storage.read("_strata/a.json/below") is None


def test_write_replaces(storage: Storage) -> None:
    storage.write("_strata/runs/r.json", b"one")
    storage.write("_strata/runs/r.json", b"two")
    assert storage.read("_strata/runs/r.json") == b"two"
    assert storage.list("_strata") == ["_strata/runs/r.json"]


def test_a_reader_never_sees_a_part(storage: Storage, root: str) -> None:
    bodies = {b"a" * 200_000, b"b" * 200_000}
    storage.write("k", b"a" * 200_000)
    seen: set[bytes | None] = set()
    done = threading.Event()

    def read() -> None:
        while not done.is_set():
            seen.add(storage.read("k"))

    reader = threading.Thread(target=read)
    reader.start()
    for _ in range(30 if root.startswith("file") else 3):
        for body in bodies:
            storage.write("k", body)
    done.set()
    reader.join()
    assert seen <= bodies


def test_create_has_one_winner(storage: Storage) -> None:
    won: list[int] = []
    barrier = threading.Barrier(8)

    def create(number: int) -> None:
        barrier.wait()
        if storage.create("_strata/x", str(number).encode()):
            won.append(number)

    threads = [threading.Thread(target=create, args=(number,)) for number in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(won) == 1
    assert storage.read("_strata/x") == str(won[0]).encode()


def test_create_leaves_what_is_there(storage: Storage) -> None:
    assert storage.create("a/b", b"mine")
    assert not storage.create("a/b", b"yours")
    assert not storage.create("a/b", b"mine")
    assert storage.read("a/b") == b"mine"


def test_list_is_recursive_and_sorted(storage: Storage) -> None:
    for key in ("a/z", "a/b/c", "ab/x"):
        storage.write(key, b"123")
    assert storage.list("a") == ["a/b/c", "a/z"]
    assert storage.list("") == ["a/b/c", "a/z", "ab/x"]
    assert storage.list("nowhere") == []


def test_sizes_are_those_of_the_objects(storage: Storage) -> None:
    storage.write("a/ü 1.json", b"123")
    storage.write("a/b", b"")
    assert storage.sizes("a") == {"a/ü 1.json": 3, "a/b": 0}


def test_delete_takes_an_object_or_all_below(storage: Storage) -> None:
    storage.write("a/b", b"")
    storage.write("a/c/d", b"")
    storage.delete("a/b")
    assert storage.list("a") == ["a/c/d"]
    storage.delete("a")
    storage.delete("a")
    assert storage.list("a") == []


def test_a_delete_takes_nothing_of_the_same_beginning(storage: Storage) -> None:
    for key in ("a/b", "a/bc", "a/b.json"):
        storage.write(key, b"")
    storage.delete("a/b")
    assert storage.list("a") == ["a/b.json", "a/bc"]


def test_uri_is_not_percent_encoded(storage: Storage, root: str) -> None:
    assert storage.uri("raw/ü t") == f"{root}/raw/ü t"


def test_another_one_of_the_same_place_sees_the_same(storage: Storage, root: str) -> None:
    storage.write("k", b"1")
    assert open_storage(f"{root}/").read("k") == b"1"


def test_a_key_cannot_leave_the_warehouse(storage: Storage) -> None:
    for key in ("../x", "/etc/passwd"):
        with pytest.raises(StateError, match="outside the warehouse"):
            storage.write(key, b"")


def test_an_unknown_scheme_is_refused() -> None:
    with pytest.raises(ConfigError, match="no storage for gopher://"):
        open_storage("gopher://bucket/warehouse")
