"""Near the end of its job's time a run starts no table; what runs comes to its end.

The tables' work is a stand-in here, as theirs starts Spark; the order of steps is the real one.
"""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path

import pytest

from etl_core.config.models.environment import EnvironmentConfig
from etl_core.errors import ConfigError
from etl_core.plan.asked import ORDINARY
from etl_core.plan.steps import Plan, Step
from etl_core.report.progress import PlainProgress
from etl_core.report.records import TableRecord
from etl_core.run.common.planned import planned
from etl_core.run.drain import Drain, Draining, drain_of
from etl_core.run.runner import execute
from etl_core.validate import validate

CHAIN = {
    "conf/strata.yaml": "name: shop\nlayers: [a]\n",
    "conf/environments/local.yaml": "profile: glue-5.1\nwarehouse: w\n",
    "conf/tables/a/one.yaml": "table: a.one\nsource: {path: landing}\ntarget: {mode: append}\n"
    "columns: [{name: id, type: int}]\n",
    "conf/tables/a/two.yaml": "table: a.two\ninputs: {one: a.one}\ntarget: {mode: overwrite}\n",
    "conf/tables/a/three.yaml": "table: a.three\ninputs: {two: a.two}\ntarget: {mode: overwrite}\n",
    "landing/a.csv": "id\n1\n",
}


def environment(drain: str = "10m") -> EnvironmentConfig:
    return EnvironmentConfig(profile="glue-5.1", warehouse="w", drain_before_timeout=drain)


@pytest.fixture
def plan(tmp_path: Path) -> Plan:
    for name, text in CHAIN.items():
        path = tmp_path / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text, "utf-8")
    project, problems = validate(tmp_path, None)
    assert project is not None
    assert problems == ()
    return planned(project, None, ORDINARY)


class Work:
    """Each table takes a minute of `now`."""

    def __init__(self) -> None:
        self.now = 1000.0

    def __call__(self, step: Step) -> TableRecord:
        self.now += 60
        return TableRecord(table=step.name, status="done", started=datetime.now(UTC))


def run(plan: Plan, work: Work, drain: Drain) -> list[TableRecord]:
    events = PlainProgress(len(plan.steps))
    return execute(plan, Draining(work, drain, events, "r"), threads=1, events=events, run_id="r")


@pytest.mark.parametrize(("left", "done"), [(0, 0), (59, 1), (60, 1), (61, 2), (1000, 3)])
def test_no_table_starts_after_the_deadline(left: float, done: int, plan: Plan) -> None:
    work = Work()
    records = run(plan, work, Drain(work.now + left, 600, lambda: work.now))
    assert [record.table for record in records] == ["a.one", "a.two", "a.three"]
    assert [record.status for record in records] == ["done"] * done + ["not_started"] * (3 - done)
    for record in records[done:]:
        assert record.exit_code == 4
        assert "less than 10 min" in record.notes[-1]
        assert record.data_state.startswith("as before")


def test_without_a_timeout_all_start(plan: Plan) -> None:
    work = Work()
    assert {record.status for record in run(plan, work, Drain(None))} == {"done"}


def test_a_table_with_nothing_to_do_is_not_late(plan: Plan) -> None:
    idle = replace(plan, steps=tuple(replace(step, action="nothing") for step in plan.steps))
    work = Work()
    assert {record.status for record in run(idle, work, Drain(0.0, 600, lambda: work.now))} == {"done"}


def test_the_deadline_is_the_timeout_without_the_drain() -> None:
    assert drain_of(3600, environment("10m"), lambda: 50.0).deadline == 50 + 3600 - 600
    assert drain_of(7200, environment("1h"), lambda: 0.0).deadline == 3600
    assert drain_of(None, environment()).deadline is None


def test_a_job_too_short_for_any_table_is_refused() -> None:
    with pytest.raises(ConfigError, match=r"10 min 00 s.*last 10m"):
        drain_of(600, environment("10m"))
    assert drain_of(1, environment("0m"), lambda: 0.0).deadline == 1
