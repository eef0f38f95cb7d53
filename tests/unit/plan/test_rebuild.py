"""A full refresh on paper: what is read, what stands in its way, what others are told."""

from __future__ import annotations

import io
from dataclasses import replace

import pytest
from plan_projects import AT, held, landed, project, table
from rich.console import Console

from etl_core.plan.asked import Asked
from etl_core.plan.observed import Observed, ObservedTable
from etl_core.plan.planner import make_plan
from etl_core.plan.serialize import plan_as_dict
from etl_core.plan.steps import FileRead, Step, TableRead
from etl_core.report.plan_tree import plan_tree
from etl_core.state.models import FileBookmark, SeenFile, TableState

REFRESH = Asked("full refresh")
CHAIN = project(
    table("raw.orders"),
    table("standardized.orders", "raw.orders", mode="cdc", keys=("id",), read="new"),
    table("standardized.log", "raw.orders", mode="append", read="new"),
    table("enriched.daily", "standardized.orders"),
)


def observed(*landing: str, holds: tuple[str, ...] = (), raw: ObservedTable | None = None) -> Observed:
    tables = {
        "raw.orders": raw or held("r1"),
        "standardized.orders": held("o1", i0="r1"),
        "standardized.log": held("l1", i0="r1"),
        "enriched.daily": held("d1", i0="o1"),
    }
    files = {"raw.orders": frozenset((name, 0) for name in holds)}
    return Observed(tables, {"raw.orders": landed(*landing)}, files)


def step(name: str, found: Observed, selection: str, asked: Asked = REFRESH) -> Step:
    return make_plan(CHAIN, found, selection, asked).step(name)


def test_all_files_are_read_and_the_table_is_replaced() -> None:
    planned = step("raw.orders", observed("1.csv", "2.csv", holds=("1.csv",)), "raw.orders")
    assert (planned.action, planned.error, planned.asked) == ("rebuild", "", REFRESH)
    read = planned.reads[0]
    assert isinstance(read, FileRead)
    assert [file.name for file in read.files] == ["1.csv", "2.csv"]


def test_upstream_tables_are_read_whole_even_if_nothing_changed() -> None:
    planned = step("standardized.orders", observed(), "standardized.orders")
    assert planned.action == "rebuild"
    assert planned.reads == (TableRead("i0", "raw.orders", "all", None),)


def test_a_table_that_is_not_there_is_created() -> None:
    found = observed("1.csv", raw=ObservedTable())
    assert step("raw.orders", found, "raw.orders").action == "create"


def test_files_that_are_gone_stop_it_until_that_is_allowed() -> None:
    found = observed("2.csv", holds=("1.csv", "2.csv"))
    refused = step("raw.orders", found, "raw.orders")
    assert "made from 1.csv, which its source no longer holds" in refused.error
    assert "--allow-vanished" in refused.hint
    allowed = step("raw.orders", found, "raw.orders", replace(REFRESH, allow_vanished=True))
    assert allowed.error == ""
    assert any(note.startswith("loses the rows of 1.csv") for note in allowed.notes)


def test_what_the_bookmark_saw_counts_where_rows_do_not_tell_their_file() -> None:
    seen = {"gone.csv": SeenFile(etag="e", mtime=1, size=1)}
    state = TableState(
        run_id="r0", at=AT, inputs={"source": FileBookmark(mtime=1, name="gone.csv", seen=seen)}
    )
    found = observed("1.csv", raw=ObservedTable(exists=True, snapshot="r1", state=state, rows=3))
    assert "gone.csv" in step("raw.orders", found, "raw.orders").error


def test_an_empty_landing_area_never_empties_a_table() -> None:
    allowed = replace(REFRESH, allow_vanished=True)
    assert "holds no files" in step("raw.orders", observed(), "raw.orders", allowed).error


def test_lost_progress_is_no_obstacle() -> None:
    lost = ObservedTable(exists=True, snapshot="r1", rows=3)
    assert step("raw.orders", observed("1.csv", raw=lost), "raw.orders").error == ""


def test_readers_that_are_not_built_again_are_named() -> None:
    notes = "\n".join(step("raw.orders", observed("1.csv"), "raw.orders").notes)
    assert "standardized.orders reads it whole again" in notes
    assert "standardized.log fails: it appends" in notes
    together = "\n".join(step("raw.orders", observed("1.csv"), "raw.orders+").notes)
    assert "standardized" not in together


@pytest.mark.parametrize("names", [("1.csv",), ("1.csv", "2.csv")])
def test_an_overwrite_takes_all_files_and_says_so(names: tuple[str, ...]) -> None:
    one = project(table("raw.rates", mode="overwrite"))
    found = Observed({"raw.rates": held("s1")}, {"raw.rates": landed(*names)})
    notes = " ".join(make_plan(one, found, None, REFRESH).step("raw.rates").notes)
    assert ("all 2 files together" in notes) == (len(names) == 2)


def test_the_plan_shows_it() -> None:
    out = io.StringIO()
    plan = make_plan(CHAIN, observed("1.csv", "2.csv"), "raw.orders+", REFRESH)
    Console(file=out, width=120).print(plan_tree(plan))
    said = out.getvalue()
    assert "shop · local · full refresh" in said
    assert "↻ orders  build again" in said
    assert "2 files, 2.0 kB" in said
    assert "4 tables: 4 to build again" in said
    assert plan_as_dict(plan)["kind"] == "full refresh"
