from __future__ import annotations

import json
from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st
from plan_projects import AT, held, landed, project, table

from etl_core.errors import PlanError
from etl_core.plan.observed import Observed, ObservedTable
from etl_core.plan.planner import make_plan
from etl_core.plan.serialize import plan_as_dict
from etl_core.plan.steps import FileRead, Step, TableRead
from etl_core.state.models import TableBookmark, TableState

CHAIN = project(
    table("enriched.daily", "standardized.orders"),
    table("standardized.orders", "raw.orders", mode="cdc", keys=("id",), read="new"),
    table("raw.orders"),
)
SETTLED = {
    "raw.orders": held("r1"),
    "standardized.orders": held("o1", i0="r1"),
    "enriched.daily": held("d1", i0="o1"),
}


def actions(observed: Observed, selection: str | None = None) -> dict[str, str]:
    return {step.name: step.action for step in make_plan(CHAIN, observed, selection).steps}


def only(observed: ObservedTable, name: str = "raw.orders", **source: str) -> Step:
    return make_plan(CHAIN, Observed({name: observed}, {name: landed(**source)}), name).step(name)


def test_a_first_run_creates_everything() -> None:
    absent = dict.fromkeys(CHAIN.tables, ObservedTable())
    assert set(actions(Observed(absent, {"raw.orders": landed("1.csv")})).values()) == {"create"}


def test_nothing_new_is_nothing_all_the_way_down() -> None:
    assert set(actions(Observed(SETTLED, {"raw.orders": landed()})).values()) == {"nothing"}


def test_new_files_are_written_and_what_reads_them_waits() -> None:
    plan = make_plan(CHAIN, Observed(SETTLED, {"raw.orders": landed("2.csv", "3.csv")}))
    assert [(step.name, step.action) for step in plan.steps] == [
        ("raw.orders", "write"),
        ("standardized.orders", "wait"),
        ("enriched.daily", "wait"),
    ]
    read = plan.step("raw.orders").reads[0]
    assert isinstance(read, FileRead)
    assert [file.name for file in read.files] == ["2.csv", "3.csv"]
    assert plan.step("enriched.daily").depends_on == ("standardized.orders",)


def test_an_upstream_published_by_an_earlier_run_is_read() -> None:
    moved = {**SETTLED, "raw.orders": held("r2")}
    plan = make_plan(CHAIN, Observed(moved, {"raw.orders": landed()}))
    assert [step.action for step in plan.steps] == ["nothing", "write", "wait"]
    assert plan.step("standardized.orders").reads == (
        TableRead("i0", "raw.orders", "new", TableBookmark(snapshot="r1")),
    )


def test_dependencies_are_only_those_of_the_plan() -> None:
    step = make_plan(CHAIN, Observed(SETTLED), "enriched.daily").step("enriched.daily")
    assert step.depends_on == ()
    assert step.action == "nothing"


def test_an_upstream_nobody_looked_at_counts_as_changed() -> None:
    observed = Observed({"enriched.daily": SETTLED["enriched.daily"]})
    step = make_plan(CHAIN, observed, "enriched.daily").step("enriched.daily")
    assert (step.action, step.error) == ("write", "")


def test_an_absent_upstream_outside_the_plan_is_that_steps_error() -> None:
    observed = Observed({**SETTLED, "standardized.orders": ObservedTable()})
    step = make_plan(CHAIN, observed, "enriched.daily").step("enriched.daily")
    assert "reads standardized.orders, which does not exist yet" in step.error
    assert "+enriched.daily" in step.hint


def test_a_missing_landing_path_fails_its_table_only() -> None:
    sources = {"raw.orders": landed(error="/landing/orders is missing")}
    plan = make_plan(CHAIN, Observed(SETTLED, sources))
    assert [step.error for step in plan.steps] == ["/landing/orders is missing", "", ""]
    assert [step.action for step in plan.steps] == ["write", "wait", "wait"]


@pytest.mark.parametrize(
    ("rows", "snapshot", "lost"), [(5, "r1", True), (None, "r1", True), (0, "r1", False), (None, "", False)]
)
def test_rows_without_progress_are_an_error_with_the_way_out(
    rows: int | None, snapshot: str, lost: bool
) -> None:
    step = only(ObservedTable(exists=True, snapshot=snapshot, rows=rows))
    assert ("no recorded progress" in step.error) == lost
    assert ("--as-of-now" in step.hint) == lost


def test_offline_says_that_it_does_not_know() -> None:
    plan = make_plan(CHAIN, Observed(offline=True))
    assert plan.offline
    assert {(step.action, step.error) for step in plan.steps} == {("wait", "")}


def test_columns_the_table_lacks_are_announced() -> None:
    contract = CHAIN.tables["raw.orders"]
    config = contract.config.model_validate(
        {**contract.config.model_dump(), "columns": [{"name": "ID"}, {"name": "city"}, {"name": "zip"}]}
    )
    shop = project(replace(contract, config=config))
    observed = Observed({"raw.orders": held(columns="id amount")}, {"raw.orders": landed("1.csv")})
    assert make_plan(shop, observed).step("raw.orders").notes == ("adds column city", "adds column zip")


@pytest.mark.parametrize(
    ("made", "expected"),
    [
        (table("raw.a"), "_strata_source_file _strata_row _strata_run_id _strata_ingested_at"),
        (
            table("raw.a", type="dms"),
            "_strata_source_file _strata_row _strata_epoch _strata_phase _strata_run_id _strata_ingested_at",
        ),
        (table("raw.a", mode="cdc", keys=("id",)), "_strata_run_id _strata_ingested_at _strata_seq"),
        (
            table("raw.a", mode="cdc", keys=("id",), deletes="soft"),
            "_strata_run_id _strata_ingested_at _strata_seq is_deleted",
        ),
    ],
)
def test_system_columns(made, expected: str) -> None:
    assert make_plan(project(made), Observed()).step("raw.a").system_columns == tuple(expected.split())


def test_a_derived_table_has_run_and_time() -> None:
    step = make_plan(CHAIN, Observed()).step("enriched.daily")
    assert step.system_columns == ("_strata_run_id", "_strata_ingested_at")


@pytest.mark.parametrize(
    ("made", "message"),
    [
        (
            table("raw.b", "raw.c", read="new", mode="cdc", keys=("id",)),
            "`read: new` of raw.c would miss changes",
        ),
        (table("raw.b", "raw.a", read="changed_keys"), "changed_keys"),
        (table("raw.b", "raw.a", read="changed_keys", mode="cdc", keys=("id",)), "overwrite or merge"),
        (table("raw.b", "raw.a", mode="append"), "append the same rows in every run"),
    ],
)
def test_reads_that_would_miss_or_repeat_rows_are_refused(made, message: str) -> None:
    shop = project(table("raw.a"), table("raw.c", mode="overwrite"), made)
    with pytest.raises(PlanError, match=message):
        make_plan(shop, Observed())


def test_a_bookmark_of_another_kind_is_no_bookmark() -> None:
    state = TableState(run_id="r", at=AT, inputs={})
    observed = Observed({"standardized.orders": replace(held(), state=state)})
    read = make_plan(CHAIN, observed).step("standardized.orders").reads[0]
    assert isinstance(read, TableRead)
    assert read.since is None


def test_json_is_plain_stable_data() -> None:
    observed = Observed(SETTLED, {"raw.orders": landed("2.csv")})
    made = plan_as_dict(make_plan(CHAIN, observed))
    assert json.dumps(made) == json.dumps(plan_as_dict(make_plan(CHAIN, observed)))
    first = made["steps"][0]
    assert (first["table"], first["action"], first["reads"][0]["bytes"]) == ("raw.orders", "write", 1000)
    assert made["steps"][1]["reads"] == [{"input": "i0", "table": "raw.orders", "read": "new", "since": "r1"}]
    offline = plan_as_dict(make_plan(CHAIN, Observed(offline=True)))
    assert {step["action"] for step in offline["steps"]} == {"unknown"}


@given(
    st.dictionaries(st.sampled_from(sorted(CHAIN.tables)), st.sampled_from(["absent", "old", "settled"])),
    st.sampled_from([(), ("2.csv",)]),
    st.sampled_from([None, "enriched.*", "+standardized.orders", "raw.orders+"]),
)
def test_laws_of_any_plan(states: dict[str, str], files: tuple[str, ...], selection: str | None) -> None:
    kinds = {"absent": ObservedTable(), "old": held("x0", i0="older")}
    tables = {name: kinds.get(kind, SETTLED[name]) for name, kind in states.items()}
    observed = Observed(tables, {"raw.orders": landed(*files)})
    plan = make_plan(CHAIN, observed, selection)
    assert plan == make_plan(CHAIN, observed, selection)
    done: set[str] = set()
    for step in plan.steps:
        assert set(step.depends_on) <= done
        assert (step.action == "create") == (states.get(step.name, "absent") == "absent")
        if step.action == "wait":
            assert any(plan.step(name).action != "nothing" for name in step.depends_on)
        if step.action == "nothing":
            assert all(plan.step(name).action == "nothing" for name in step.depends_on)
            assert not any(isinstance(read, FileRead) and read.files for read in step.reads)
        done.add(step.name)
