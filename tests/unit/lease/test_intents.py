from __future__ import annotations

from pathlib import Path

from etl_core.lease.intents import add_intent, open_intents, remove_intent
from etl_core.storage import open_storage


def test_an_intent_is_open_until_removed(tmp_path: Path) -> None:
    storage = open_storage(str(tmp_path))
    assert open_intents(storage, "a.t") == ()
    for run_id in ("r2", "r1", "r1"):
        add_intent(storage, "a.t", run_id)
    add_intent(storage, "a.t2", "r9")
    assert open_intents(storage, "a.t") == ("r1", "r2")
    remove_intent(storage, "a.t", "r1")
    remove_intent(storage, "a.t", "never")
    assert open_intents(storage, "a.t") == ("r2",)
