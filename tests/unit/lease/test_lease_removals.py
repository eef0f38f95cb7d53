from __future__ import annotations

from pathlib import Path

import pytest

from etl_core.errors import StateError
from etl_core.lease.removals import Removal, drop_removal, note_removal, noted_removal
from etl_core.storage import open_storage


def test_a_note_is_kept_until_it_is_dropped(tmp_path: Path) -> None:
    storage = open_storage(str(tmp_path))
    assert noted_removal(storage, "raw.orders") is None
    note_removal(storage, "raw.orders", Removal(shown="r1", runs=("r2", "r3")))
    assert noted_removal(storage, "raw.orders") == Removal(shown="r1", runs=("r2", "r3"))
    assert noted_removal(storage, "raw.other") is None
    drop_removal(storage, "raw.orders")
    assert noted_removal(storage, "raw.orders") is None


def test_a_note_that_cannot_be_read_is_told(tmp_path: Path) -> None:
    storage = open_storage(str(tmp_path))
    storage.write("_strata/removals/raw.orders.json", b'{"shown": 1}')
    with pytest.raises(StateError, match=r"removals/raw\.orders\.json cannot be read"):
        noted_removal(storage, "raw.orders")
