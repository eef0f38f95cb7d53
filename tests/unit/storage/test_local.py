"""What only a folder has: files that are half written, paths, permissions."""

from __future__ import annotations

from pathlib import Path

import pytest

from etl_core.errors import StateError
from etl_core.storage import open_storage


def test_partial_files_are_not_listed(tmp_path: Path) -> None:
    storage = open_storage(str(tmp_path))
    storage.write("a/b", b"")
    (tmp_path / "a/.strata-partial-77").write_bytes(b"half")
    assert storage.list("a") == ["a/b"]


def test_a_file_uri_is_the_same_folder(tmp_path: Path) -> None:
    open_storage(f"file://{tmp_path}").write("k", b"1")
    assert open_storage(str(tmp_path)).read("k") == b"1"


def test_an_unwritable_place_is_named(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")
    with pytest.raises(StateError, match="file"):
        open_storage(str(tmp_path / "file")).write("a/b", b"")
