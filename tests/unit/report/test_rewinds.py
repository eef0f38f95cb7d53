"""What a rewind says before it does it."""

from __future__ import annotations

import io
import json

from rich.console import Console

from etl_core.plan.readers import Effect
from etl_core.plan.rewinding import Move, Rewinding
from etl_core.report.rewinds import print_rewinding, rewinding_as_dict

BACK = Move("raw.orders", "9", "r3", "7", "r1", ("r3", "r2"))
GONE = Move("enriched.new", "4", "r3", "", "", ("r3",))


def shown(found: Rewinding) -> str:
    out = io.StringIO()
    print_rewinding(found, Console(file=out, width=140))
    return out.getvalue()


def test_from_where_to_where_and_how_much() -> None:
    said = shown(Rewinding("r1", (BACK, GONE), ("raw.price",), ()))
    assert "2 runs" in said
    assert "snapshot 9" in said
    assert "snapshot 7" in said
    assert "empty: it did not exist then" in said
    assert "As they are already: raw.price" in said


def test_tables_that_are_left_and_what_they_do_next() -> None:
    effects = (Effect("a.b", "reads it whole"), Effect("a.c", "fails: it appends", fails=True))
    said = shown(Rewinding("r1", (BACK,), (), effects))
    assert "Its next run: a.b reads it whole" in said
    assert "Its next run: a.c fails: it appends" in said


def test_nothing_to_do() -> None:
    assert "nothing to do" in shown(Rewinding("r1", (), ("raw.orders",), ()))


def test_as_json() -> None:
    plain = json.loads(json.dumps(rewinding_as_dict(Rewinding("r1", (BACK,), (), ()))))
    assert plain["moves"] == [
        {
            "table": "raw.orders",
            "snapshot": "9",
            "run_id": "r3",
            "to_snapshot": "7",
            "to_run": "r1",
            "undone": ["r3", "r2"],
        }
    ]
