"""A backfill on paper: which files, which progress afterwards, and who is refused."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

import pytest
from plan_projects import AT, held, project, table

from etl_core.config.project import Table
from etl_core.errors import PlanError
from etl_core.plan.asked import Asked, Window
from etl_core.plan.observed import Observed, ObservedSource, ObservedTable, SourceFile
from etl_core.plan.planner import make_plan
from etl_core.plan.steps import FileRead, Step, TableRead
from etl_core.state.models import FileBookmark, SeenFile, TableState

DAY = 86_400 * 10**9


def day(number: int) -> datetime:
    return datetime.fromtimestamp(number * 86_400, UTC)


def file(name: str, on: float, **more: Any) -> SourceFile:
    return SourceFile(f"/landing/{name}", name, 10, int(on * DAY), f"e-{name}", **more)


def bookmark(until: float, *seen: str, **more: Any) -> FileBookmark:
    files = {name: SeenFile(etag=f"e-{name}", mtime=int(until * DAY), size=10) for name in seen}
    return FileBookmark(mtime=int(until * DAY), name="last", seen=files, **more)


def planned(
    one: Table, files: list[SourceFile], progress: FileBookmark, *, window: tuple[int, int] = (10, 20),
    holds: tuple[tuple[str, int], ...] = (),
) -> Step:  # fmt: skip
    state = TableState(run_id="r0", at=AT, inputs={"source": progress})
    found = Observed(
        {one.name: ObservedTable(exists=True, snapshot="s1", state=state, rows=1)},
        {one.name: ObservedSource(files=tuple(files))},
        {one.name: frozenset(holds)},
    )
    asked = Asked("backfill", Window(day(window[0]), day(window[1])))
    return make_plan(project(one), found, None, asked).step(one.name)


def read_of(step: Step) -> FileRead:
    read = step.reads[0]
    assert isinstance(read, FileRead)
    return read


EVENTS = table("raw.people", mode="cdc", keys=("id",))
LOG = table("raw.log")


def test_files_of_the_window_are_read_whatever_the_bookmark_says() -> None:
    files = [file("a", 9.9), file("b", 10), file("c", 19.9), file("d", 20)]
    step = planned(EVENTS, files, bookmark(19.9, "b", "c"))
    assert [one.name for one in read_of(step).files] == ["b", "c"]
    assert step.action == "write"


def test_high_water_never_moves_and_only_recent_files_are_remembered() -> None:
    files = [file("old", 11), file("late", 18.5), file("ahead", 19.5)]
    after = read_of(planned(EVENTS, files, bookmark(19, "seen"))).bookmark
    assert (after.mtime, after.name) == (19 * DAY, "last")
    assert set(after.seen) == {"seen", "late", "ahead"}  # the lookback is two days


def test_an_append_table_takes_only_files_it_has_no_rows_of() -> None:
    files = [file("a", 11), file("b", 12), file("c", 13), file("d", 14)]
    step = planned(LOG, files, bookmark(14, "d"), holds=(("a", 0), ("c", 0)))
    assert [one.name for one in read_of(step).files] == ["b"]
    assert step.notes == ("in it already: 3 of the window's 4 files",)


def test_an_append_table_that_has_them_all_has_nothing_to_do() -> None:
    step = planned(LOG, [file("a", 11)], bookmark(14), holds=(("a", 0),))
    assert step.action == "nothing"


def test_the_same_file_of_another_full_load_is_another_file() -> None:
    log = table("raw.log", type="dms")
    files = [file("x/1.csv", 11, epoch=2, phase=1)]
    held_before = planned(log, files, bookmark(14, epoch=2), holds=(("1.csv", 1),))
    assert [one.epoch for one in read_of(held_before).files] == [2]
    assert read_of(planned(log, files, bookmark(14, epoch=2), holds=(("1.csv", 2),))).files == ()


def test_changes_from_before_the_full_load_that_counts_are_left_out() -> None:
    people = table("raw.people", mode="cdc", keys=("id",), type="dms")
    files = [
        file("LOAD1.csv", 14, epoch=2, phase=0),
        file("old.csv", 12, epoch=2, phase=1),
        file("new.csv", 15, epoch=2, phase=1),
    ]
    progress = bookmark(15, epoch=2, loads={"LOAD1.csv": "e-LOAD1.csv"})
    step = planned(people, files, progress)
    assert [(one.name, one.epoch) for one in read_of(step).files] == [("LOAD1.csv", 2), ("new.csv", 2)]
    assert step.notes == ("left out, for they belong to another full load: 1 of the window's 3 files",)
    first = planned(people, files, bookmark(15, epoch=1, loads={"LOAD1.csv": "e-LOAD1.csv"}))
    assert [(one.name, one.epoch) for one in read_of(first).files] == [
        ("LOAD1.csv", 1),
        ("old.csv", 1),
        ("new.csv", 1),
    ]


def test_a_repeated_full_load_is_the_next_runs_to_read() -> None:
    people = table("raw.people", mode="cdc", keys=("id",), type="dms")
    files = [file("LOAD1.csv", 14, epoch=1, phase=0)]
    progress = bookmark(15, epoch=1, loads={"LOAD1.csv": "an older one"})
    assert read_of(planned(people, files, progress)).files == ()


def test_the_date_in_the_path_counts_where_the_source_says_how_to_find_it() -> None:
    dated = table("raw.people", mode="cdc", keys=("id",))
    assert dated.source is not None
    source = dated.source.model_copy(update={"extract": r"\d{4}-\d\d-\d\d"})
    dated = Table(dated.config, source, "iceberg", {})
    files = [file("a", 99, extract=day(11).date().isoformat()), file("b", 11, extract="2099-01-01")]
    assert [one.name for one in read_of(planned(dated, files, bookmark(99))).files] == ["a"]


@pytest.mark.parametrize("mode", ["overwrite", "snapshot"])
def test_whole_contents_are_refused_with_the_way_out(mode: str) -> None:
    with pytest.raises(PlanError, match=f"mode {mode}") as caught:
        planned(table("raw.rates", mode=mode, keys=("id",)), [], bookmark(1))
    assert "--full-refresh --select raw.rates" in caught.value.hint


def test_an_appending_reader_is_refused() -> None:
    reader = table("standardized.log", "raw.log", mode="append", read="new")
    found = Observed({"raw.log": held("r1"), "standardized.log": held("s1", i0="r1")})
    with pytest.raises(PlanError, match="would repeat its rows"):
        make_plan(project(LOG, reader), found, "standardized.log", Asked("backfill", Window(day(1), day(2))))


def test_derived_tables_are_computed_whole_though_nothing_changed() -> None:
    derived = table("enriched.daily", "raw.log")
    found = Observed({"raw.log": held("r1"), "enriched.daily": held("d1", i0="r1")})
    asked = Asked("backfill", Window(day(1), day(2)))
    step = make_plan(project(LOG, derived), found, "enriched.daily", asked).step("enriched.daily")
    assert (step.action, step.reads) == ("write", (TableRead("i0", "raw.log", "all", None),))
