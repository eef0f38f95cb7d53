"""The progress that `strata state set` gives a table."""

from __future__ import annotations

from dataclasses import replace

import pytest
from plan_projects import AT, held, landed, table

from etl_core.errors import PlanError
from etl_core.plan.observed import Observed, ObservedTable
from etl_core.plan.restating import as_given, refuse_doubling, restated
from etl_core.state.models import FileBookmark, TableBookmark, TableState

LOG = table("raw.log")
READER = table("standardized.people", "raw.log", mode="cdc", keys=("id",), read="new")


def test_all_files_count_as_read() -> None:
    offer = replace(landed("1.csv"), bookmark=FileBookmark(mtime=7, name="1.csv"))
    found = Observed({"raw.log": held()}, {"raw.log": offer})
    state = restated(LOG, found, "now", epoch=0, run_id="s1", at=AT)
    assert state == TableState(run_id="s1", at=AT, inputs={"source": FileBookmark(mtime=7, name="1.csv")})


def test_what_upstreams_show_now_counts_as_read() -> None:
    found = Observed({"raw.log": held("r9"), "standardized.people": held()})
    state = restated(READER, found, "now", epoch=0, run_id="s1", at=AT)
    assert state.inputs == {"i0": TableBookmark(snapshot="r9", run_id="r0")}


def test_nothing_counts_as_read() -> None:
    found = Observed({"raw.log": held(), "standardized.people": held()}, {"raw.log": landed("1.csv")})
    assert restated(LOG, found, "empty", epoch=0, run_id="s1", at=AT).inputs == {"source": FileBookmark()}
    assert restated(READER, found, "empty", epoch=0, run_id="s1", at=AT).inputs == {"i0": TableBookmark()}


@pytest.mark.parametrize("how", ["now", "empty"])
def test_full_loads_go_on_being_counted(how: str) -> None:
    offer = replace(landed("LOAD1.csv"), bookmark=FileBookmark(mtime=7, epoch=1))
    found = Observed({"raw.log": held()}, {"raw.log": offer})
    state = restated(LOG, found, "now" if how == "now" else "empty", epoch=3, run_id="s1", at=AT)
    bookmark = state.inputs["source"]
    assert isinstance(bookmark, FileBookmark)
    assert bookmark.epoch == 3


def test_a_source_that_cannot_be_listed_is_no_progress() -> None:
    found = Observed({"raw.log": held()}, {"raw.log": landed(error="the path is missing")})
    with pytest.raises(PlanError, match="the path is missing"):
        restated(LOG, found, "now", epoch=0, run_id="s1", at=AT)


def test_a_given_state_must_be_about_the_inputs_of_the_contract() -> None:
    given = TableState(run_id="r1", at=AT, inputs={"i0": TableBookmark(snapshot="4")})
    assert as_given(READER, given, run_id="s1", at=AT) == given.model_copy(update={"run_id": "s1"})
    with pytest.raises(PlanError, match="reads source, but the file has progress for i0"):
        as_given(LOG, given, run_id="s1", at=AT)


@pytest.mark.parametrize("rows", [5, None])
def test_an_append_table_with_rows_must_not_read_all_again(rows: int | None) -> None:
    with pytest.raises(PlanError, match="they all come twice"):
        refuse_doubling(LOG, ObservedTable(exists=True, rows=rows))
    refuse_doubling(LOG, ObservedTable(exists=True, rows=0))
    refuse_doubling(READER, ObservedTable(exists=True, rows=rows))
