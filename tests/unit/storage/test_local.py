"""The folder storage: whole objects only, and exactly one creator."""

from __future__ import annotations

import threading
from pathlib import Path

import pytest

from etl_core.errors import ConfigError, StateError
from etl_core.storage import Storage, open_storage


@pytest.fixture
def storage(tmp_path: Path) -> Storage:
    return open_storage(str(tmp_path / "ware house"))


def test_an_absent_object_reads_as_none(storage: Storage) -> None:
    assert storage.read("_strata/leases/a.json") is None
    storage.write("_strata/a.json", b"1")
    assert storage.read("_strata/a.json/below") is None


def test_write_replaces(storage: Storage, tmp_path: Path) -> None:
    storage.write("_strata/runs/r.json", b"one")
    storage.write("_strata/runs/r.json", b"two")
    assert storage.read("_strata/runs/r.json") == b"two"
    assert [path.name for path in (tmp_path / "ware house/_strata/runs").iterdir()] == ["r.json"]


def test_a_reader_never_sees_a_part(storage: Storage) -> None:
    bodies = {b"a" * 200_000, b"b" * 200_000}
    storage.write("k", b"a" * 200_000)
    seen: set[bytes | None] = set()
    done = threading.Event()

    def read() -> None:
        while not done.is_set():
            seen.add(storage.read("k"))

    reader = threading.Thread(target=read)
    reader.start()
    for _ in range(30):
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


def test_list_is_recursive_sorted_and_without_partial_files(storage: Storage, tmp_path: Path) -> None:
    for key in ("a/z", "a/b/c", "ab/x"):
        storage.write(key, b"")
    (tmp_path / "ware house/a/.strata-partial-77").write_bytes(b"half")
    assert storage.list("a") == ["a/b/c", "a/z"]
    assert storage.list("nowhere") == []


def test_delete_takes_an_object_or_all_below(storage: Storage) -> None:
    storage.write("a/b", b"")
    storage.write("a/c/d", b"")
    storage.delete("a/b")
    assert storage.list("a") == ["a/c/d"]
    storage.delete("a")
    storage.delete("a")
    assert storage.list("a") == []


def test_uri_is_not_percent_encoded(storage: Storage, tmp_path: Path) -> None:
    assert storage.uri("raw/t") == f"file://{tmp_path}/ware house/raw/t"


def test_a_file_uri_is_the_same_folder(tmp_path: Path) -> None:
    open_storage(f"file://{tmp_path}").write("k", b"1")
    assert open_storage(str(tmp_path)).read("k") == b"1"


def test_a_key_cannot_leave_the_warehouse(storage: Storage) -> None:
    for key in ("../x", "/etc/passwd"):
        with pytest.raises(StateError, match="outside the warehouse"):
            storage.write(key, b"")


def test_an_unwritable_place_is_named(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")
    with pytest.raises(StateError, match="file"):
        open_storage(str(tmp_path / "file")).write("a/b", b"")


def test_an_unknown_scheme_is_refused() -> None:
    with pytest.raises(ConfigError, match="no storage for gopher://"):
        open_storage("gopher://bucket/warehouse")
