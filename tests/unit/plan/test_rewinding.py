"""Rewinding on paper: where each table goes, and whom it concerns."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import UTC, datetime, timedelta

import pytest
from plan_projects import AT, project, table

from etl_core.errors import PlanError
from etl_core.plan.graph import build
from etl_core.plan.rewinding import Line, Past, Readers, Rewinding, rewinding
from etl_core.state.models import TableBookmark, TableState

PROJECT = project(
    table("raw.orders"),
    table("standardized.orders", "raw.orders", mode="cdc", keys=("id",), read="new"),
    table("standardized.log", "raw.orders", mode="append", read="new"),
    table("enriched.daily", "standardized.orders"),
)
START = datetime(2026, 11, 1, tzinfo=UTC)
PAST = Past({f"r{n}": START + timedelta(days=n) for n in range(10)})


def line(
    name: str,
    *runs: str,
    read: Sequence[str] = (),
    complete: bool = True,
    recorded: Sequence[str] | None = None,
) -> Line:
    """`runs` newest first; `read`: the run of the upstream that each of them had read."""
    stamps = []
    for n, run in enumerate(runs):
        inputs = {"i0": TableBookmark(snapshot=f"up-{read[n]}", run_id=read[n])} if read else {}
        stamps.append((f"{name}@{run}", TableState(run_id=run, at=AT, inputs=inputs)))
    known = runs if recorded is None else recorded
    return Line(name, tuple(stamps), complete, frozenset(known))


def plan(to: str, *lines: Line, select: tuple[str, ...] = (), readers: Readers = "ask") -> Rewinding:
    held = {name: Line(name) for name in PROJECT.tables} | {one.table: one for one in lines}
    return rewinding(
        PROJECT,
        build(PROJECT),
        held,
        to=to,
        past=PAST,
        selected=select or tuple(one.table for one in lines),
        readers=readers,
    )


def goals(found: Rewinding) -> dict[str, tuple[str, tuple[str, ...]]]:
    return {move.table: (move.to_snapshot, move.undone) for move in found.moves}


def test_back_to_what_the_run_published() -> None:
    found = plan("r1", line("raw.orders", "r3", "r2", "r1", "r0"))
    assert goals(found) == {"raw.orders": ("raw.orders@r1", ("r3", "r2"))}


def test_a_table_the_run_did_not_publish_goes_to_its_last_state_before() -> None:
    found = plan("r2", line("raw.orders", "r3", "r1"))
    assert goals(found) == {"raw.orders": ("raw.orders@r1", ("r3",))}


def test_several_publishes_of_the_run_count_to_the_last() -> None:
    stamps = line("raw.orders", "r2", "r1", "r1").stamps
    stamps = (stamps[0], ("second", stamps[1][1]), ("first", stamps[2][1]))
    assert goals(plan("r1", Line("raw.orders", stamps))) == {"raw.orders": ("second", ("r2",))}


def test_a_table_that_is_there_already_stays() -> None:
    found = plan("r5", line("raw.orders", "r3", "r2"))
    assert (found.moves, found.stay) == ((), ("raw.orders",))


def test_a_table_that_came_later_is_emptied() -> None:
    found = plan("r1", line("raw.orders", "r3", "r2"))
    assert goals(found) == {"raw.orders": ("", ("r3", "r2"))}


@pytest.mark.parametrize(
    "lost",
    [
        line("raw.orders", "r3", complete=False),  # the line is cut off: nobody can say what was before
        line("raw.orders", "r3", recorded=("r3", "r1")),  # it was there, its snapshot is not
        line("raw.orders", "r3", "r1", recorded=("r3", "r2", "r1")),  # r2 was itself rewound
    ],
    ids=["expired", "recorded", "rewound"],
)
def test_what_is_not_kept_is_refused_before_anything(lost: Line) -> None:
    with pytest.raises(PlanError, match=r"raw\.orders: no snapshot of run r2"):
        plan("r2", lost)


def test_every_table_without_a_way_back_is_named_at_once() -> None:
    lost = [line(name, "r3", complete=False) for name in ("raw.orders", "enriched.daily")]
    with pytest.raises(PlanError, match=r"raw\.orders, enriched\.daily"):
        plan("r2", *lost)


CHAIN = (
    line("raw.orders", "r3", "r2", "r1"),
    line("standardized.orders", "r3", "r2", "r1", read=("r3", "r2", "r1")),
    line("enriched.daily", "r3", "r1", read=("r3", "r1")),
)


def test_readers_of_what_is_undone_need_a_decision() -> None:
    with pytest.raises(PlanError, match=r"standardized\.orders: made from") as caught:
        plan("r1", *CHAIN, select=("raw.orders",))
    assert "--cascade" in caught.value.hint
    assert "--only" in caught.value.hint


def test_cascade_takes_all_that_has_read_it() -> None:
    found = plan("r1", *CHAIN, select=("raw.orders",), readers="cascade")
    assert goals(found) == {
        "raw.orders": ("raw.orders@r1", ("r3", "r2")),
        "standardized.orders": ("standardized.orders@r1", ("r3", "r2")),
        "enriched.daily": ("enriched.daily@r1", ("r3",)),
    }


def test_only_leaves_them_and_says_what_they_do_next() -> None:
    appended = line("standardized.log", "r3", read=("r3",))
    found = plan("r1", *CHAIN, appended, select=("raw.orders",), readers="only")
    assert [move.table for move in found.moves] == ["raw.orders"]
    assert {effect.reader: effect.fails for effect in found.concerned} == {
        "standardized.log": True,
        "standardized.orders": False,
    }


def test_a_reader_that_has_not_read_it_is_not_concerned() -> None:
    behind = line("standardized.orders", "r1", read=("r1",))
    found = plan("r1", CHAIN[0], behind, select=("raw.orders",))
    assert [move.table for move in found.moves] == ["raw.orders"]
    assert found.concerned == ()


def test_a_reader_of_what_was_undone_before_is_concerned_too() -> None:
    """raw.orders went back alone; nobody can tell by its line any more that r2 ever was."""
    alone = line("raw.orders", "r1")
    reader = line("standardized.orders", "r2", "r1", read=("r2", "r1"))
    with pytest.raises(PlanError, match=r"standardized\.orders: made from"):
        plan("r1", alone, reader, select=("raw.orders",))
    found = plan("r1", alone, reader, select=("raw.orders",), readers="cascade")
    assert goals(found) == {"standardized.orders": ("standardized.orders@r1", ("r2",))}


def test_a_batch_of_a_run_is_as_old_as_the_run() -> None:
    extracts = line("raw.orders", "r3", "r3-1", "r2", "r2-1", "r1")
    assert goals(plan("r2", extracts)) == {"raw.orders": ("raw.orders@r2", ("r3", "r3-1"))}
    failed_after_one = line("raw.orders", "r3", "r2-1", "r1", recorded=("r3", "r1"))
    assert goals(plan("r2", failed_after_one)) == {"raw.orders": ("raw.orders@r2-1", ("r3",))}


def test_a_run_without_record_is_placed_by_its_id() -> None:
    late = line("raw.orders", "20261105T000000Z-abcdef", "r1")
    assert goals(plan("r3", late)) == {"raw.orders": ("raw.orders@r1", ("20261105T000000Z-abcdef",))}
    with pytest.raises(PlanError, match="nothing says when run nightly was"):
        plan("r3", line("raw.orders", "nightly", "r1"))
